/*
 * A disk that fails when it is told to: preloaded into a process (LD_PRELOAD), it stands before libc's calls on files
 * below one directory and makes them late or fail. It is told by a file that both sides map: see faulty-disk.ts,
 * which holds the same layout. Where nothing is told a call costs one look at memory.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { SYNC, WRITE, READ, RENAME, REMOVE, CREATE, OPERATIONS };

/* 128 bytes. `skip` calls pass, then `times` fail (negative: all). `seen` and `failed` are for the test to read. */
struct fault {
  volatile int32_t error, delay, skip, times, seen, failed, unused[2];
  char within[96];
};

static struct fault *faults;
static const char *root;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULTY_DISK");
  root = getenv("FAULTY_DISK_ROOT");
  if (!path || !root) return;
  int file = open(path, O_RDWR);
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof(struct fault) * OPERATIONS, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped != MAP_FAILED) faults = mapped;
  close(file);
}

/* Whether the call is to fail: its errno, or 0. Waits where the call is to be late. */
static int fault(int operation, const char *path) {
  struct fault *f = &faults[operation];
  if (strncmp(path, root, strlen(root)) != 0 || !strstr(path, f->within)) return 0;
  __atomic_add_fetch(&f->seen, 1, __ATOMIC_SEQ_CST);
  if (f->delay > 0) {
    struct timespec late = {f->delay / 1000, (f->delay % 1000) * 1000000L};
    nanosleep(&late, NULL);
  }
  if (!f->error) return 0;
  if (__atomic_fetch_sub(&f->skip, 1, __ATOMIC_SEQ_CST) > 0) return 0;
  if (f->times >= 0 && __atomic_fetch_sub(&f->times, 1, __ATOMIC_SEQ_CST) <= 0) {
    f->times = 0;
    return 0;
  }
  __atomic_add_fetch(&f->failed, 1, __ATOMIC_SEQ_CST);
  return f->error;
}

static int told(int operation) { return faults && (faults[operation].error || faults[operation].delay); }

static int fault_at(int operation, int file) {
  char link[64], path[PATH_MAX];
  if (!told(operation)) return 0;
  char digits[16];
  int at = sizeof digits;
  digits[--at] = 0;
  for (int rest = file; at > 0 && (rest > 0 || at == sizeof digits - 1); rest /= 10) digits[--at] = '0' + rest % 10;
  strcpy(link, "/proc/self/fd/");
  strcat(link, digits + at);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fault(operation, path);
}

static int fault_of(int operation, const char *path) { return told(operation) ? fault(operation, path) : 0; }

#define BROKEN(expression)   \
  do {                       \
    int error = expression;  \
    if (error) {             \
      errno = error;         \
      return -1;             \
    }                        \
  } while (0)

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define ON_FILE(operation, type, name, parameters, arguments)   \
  type name parameters {                                        \
    static __typeof__(&name) next;                              \
    if (!next) next = NEXT(name);                               \
    BROKEN(fault_at(operation, file));                          \
    return next arguments;                                      \
  }

ON_FILE(SYNC, int, fsync, (int file), (file))
ON_FILE(SYNC, int, fdatasync, (int file), (file))
ON_FILE(WRITE, ssize_t, write, (int file, const void *bytes, size_t size), (file, bytes, size))
ON_FILE(WRITE, ssize_t, writev, (int file, const struct iovec *parts, int count), (file, parts, count))
ON_FILE(WRITE, ssize_t, pwrite, (int file, const void *bytes, size_t size, off_t at), (file, bytes, size, at))
ON_FILE(WRITE, ssize_t, pwrite64, (int file, const void *bytes, size_t size, off64_t at), (file, bytes, size, at))
ON_FILE(WRITE, ssize_t, pwritev, (int file, const struct iovec *parts, int count, off_t at), (file, parts, count, at))
ON_FILE(WRITE, ssize_t, pwritev64, (int file, const struct iovec *parts, int count, off64_t at), (file, parts, count, at))
ON_FILE(WRITE, int, ftruncate, (int file, off_t size), (file, size))
ON_FILE(WRITE, int, ftruncate64, (int file, off64_t size), (file, size))
ON_FILE(READ, ssize_t, read, (int file, void *bytes, size_t size), (file, bytes, size))
ON_FILE(READ, ssize_t, pread, (int file, void *bytes, size_t size, off_t at), (file, bytes, size, at))
ON_FILE(READ, ssize_t, pread64, (int file, void *bytes, size_t size, off64_t at), (file, bytes, size, at))

int rename(const char *from, const char *to) {
  BROKEN(fault_of(RENAME, to));
  return NEXT(rename)(from, to);
}

int unlink(const char *path) {
  BROKEN(fault_of(REMOVE, path));
  return NEXT(unlink)(path);
}

int remove(const char *path) {
  BROKEN(fault_of(REMOVE, path));
  return NEXT(remove)(path);
}

int mkdir(const char *path, mode_t mode) {
  BROKEN(fault_of(CREATE, path));
  return NEXT(mkdir)(path, mode);
}

/* Opening for writing counts as making a file only where it says so (O_CREAT), as a read-only disk sees it. */
#define OPENS(name)                                                    \
  int name(const char *path, int flags, ...) {                         \
    va_list rest;                                                      \
    va_start(rest, flags);                                             \
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                      \
    if (flags & O_CREAT) BROKEN(fault_of(CREATE, path));               \
    return NEXT(name)(path, flags, mode);                              \
  }
OPENS(open)
OPENS(open64)
