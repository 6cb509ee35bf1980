/*
 * Delays the reads of files under SLOW_FOLDER, as a slow network share would, for as long as the file
 * SLOW_CONTROL exists and says by how many milliseconds. Preloaded into the app.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static ssize_t real_read(int file, void *buffer, size_t size) {
  REAL(read);
  return real(file, buffer, size);
}

static int real_open(const char *path, int flags, mode_t mode) {
  REAL(open);
  return real(path, flags, mode);
}

static void pause_for(const char *path) {
  const char *folder = getenv("SLOW_FOLDER");
  const char *control = getenv("SLOW_CONTROL");
  if (!folder || !control || strncmp(path, folder, strlen(folder)) != 0) return;
  int file = real_open(control, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return;
  char text[16] = {0};
  ssize_t length = real_read(file, text, sizeof text - 1);
  close(file);
  if (length > 0) usleep(1000 * (useconds_t)atoi(text));
}

static void pause_for_file(int file) {
  char link[64];
  char path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return;
  path[length] = 0;
  pause_for(path);
}

ssize_t read(int file, void *buffer, size_t size) {
  pause_for_file(file);
  return real_read(file, buffer, size);
}

ssize_t pread(int file, void *buffer, size_t size, off_t offset) {
  REAL(pread);
  pause_for_file(file);
  return real(file, buffer, size, offset);
}

ssize_t pread64(int file, void *buffer, size_t size, off64_t offset) {
  REAL(pread64);
  pause_for_file(file);
  return real(file, buffer, size, offset);
}

ssize_t readv(int file, const struct iovec *parts, int count) {
  REAL(readv);
  pause_for_file(file);
  return real(file, parts, count);
}

ssize_t preadv64(int file, const struct iovec *parts, int count, off64_t offset) {
  REAL(preadv64);
  pause_for_file(file);
  return real(file, parts, count, offset);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  pause_for(path);
  return real_open(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  REAL(open64);
  pause_for(path);
  return real(path, flags, mode);
}
