// An extension that does nothing.
