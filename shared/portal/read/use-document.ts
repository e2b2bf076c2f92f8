import { useEffect, useState } from 'preact/hooks'
import type { MessageView } from '../../contract/index.ts'
import { usePortal } from '../context.ts'
import { type CleanMessage, cleanMessage, NotShowable, type Pictures } from './clean.ts'
import { fetchParts, fetchRemote } from './pictures.ts'

export interface MessageDocument {
  /** The message this is the document of; header and body change together. */
  readonly of: MessageView
  /** Clean HTML; undefined where there is none or none that can be shown. */
  readonly clean: CleanMessage | undefined
  /** True where HTML is there but can't be shown safely. */
  readonly refused: boolean
  readonly fetching: boolean
  /** Pictures asked for that could not be had. */
  readonly missing: number
  /** Pictures that are shown, by their source. */
  readonly pictures: Pictures
  readonly showPictures: () => void
}

interface State {
  readonly of: MessageView
  readonly clean: CleanMessage | undefined
  readonly refused: boolean
  readonly fetching: boolean
  readonly missing: number
  readonly pictures: Pictures
}

/** Pictures of the message itself are waited for this long, so that most messages appear whole. */
const patience = 1200

/** Cleans the HTML of a message and brings in its pictures: those it carries at once, those from elsewhere when asked. */
export function useDocument(view: MessageView | undefined): MessageDocument | undefined {
  const { client, t } = usePortal()
  const [state, setState] = useState<State>()

  const make = (of: MessageView, pictures: Pictures, more: Partial<State> = {}): State => {
    const state = { of, pictures, clean: undefined, refused: false, fetching: false, missing: 0, ...more }
    if (of.html === null) return state
    try {
      const words = {
        earlier: t('read.earlier'),
        leadsTo: (host: string) => t('read.leads-to', { host }),
      }
      return { ...state, clean: cleanMessage(of.html, pictures, words) }
    } catch (error) {
      if (error instanceof NotShowable) return { ...state, refused: true }
      throw error
    }
  }

  useEffect(() => {
    if (view === undefined) return
    let left = false
    const bare = make(view, new Map())
    const parts = bare.clean?.parts ?? []
    if (parts.length === 0) {
      setState(bare)
      return
    }
    const show = (next: State) => {
      if (!left) setState(next)
    }
    const timer = setTimeout(() => show(bare), patience)
    void fetchParts(client, view.id, view.attachments, parts).then(({ pictures }) => {
      clearTimeout(timer)
      show(make(view, pictures))
    })
    return () => {
      left = true
      clearTimeout(timer)
    }
  }, [view, client])

  if (state === undefined) return undefined
  return {
    ...state,
    showPictures: () => {
      const { of, clean, pictures } = state
      if (clean === undefined || state.fetching) return
      setState({ ...state, fetching: true })
      void fetchRemote(client, of.id, clean.remote).then((fetched) => {
        setState((now) =>
          now?.of === of
            ? make(of, new Map([...pictures, ...fetched.pictures]), { missing: fetched.missing })
            : now,
        )
      })
    },
  }
}
