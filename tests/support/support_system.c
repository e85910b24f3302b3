/* See support_system.h. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "support_system.h"

long system_calls, system_fails_at;
char system_trail[256];

static bool system_fails(const char *what)
{
    size_t n = strlen(system_trail);
    (void)snprintf(system_trail + n, sizeof system_trail - n, "%s ", what);
    errno = EIO;
    return ++system_calls == system_fails_at;
}

/* (With 64-bit offsets some have other names, as Meson asks for everywhere.) */
int __real_open64(const char *, int, ...);
ssize_t __real_write(int, const void *, size_t);
ssize_t __real_pread64(int, void *, size_t, off_t);
int __real_fsync(int);
int __real_rename(const char *, const char *);
int __real_ftruncate64(int, off_t);
int __real_fstat64(int, struct stat *);
int __real_stat64(const char *, struct stat *);
int __real_flock(int, int);
int __real_fchmod(int, mode_t);
int __real_close(int);
int __wrap_open64(const char *, int, ...);
ssize_t __wrap_write(int, const void *, size_t);
ssize_t __wrap_pread64(int, void *, size_t, off_t);
int __wrap_fsync(int);
int __wrap_rename(const char *, const char *);
int __wrap_ftruncate64(int, off_t);
int __wrap_fstat64(int, struct stat *);
int __wrap_stat64(const char *, struct stat *);
int __wrap_flock(int, int);
int __wrap_fchmod(int, mode_t);
int __wrap_close(int);

int __wrap_open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return system_fails("open") ? -1 : __real_open64(path, flags, mode);
}

ssize_t __wrap_write(int file, const void *from, size_t n)
{
    return system_fails("write") ? -1 : __real_write(file, from, n);
}

ssize_t __wrap_pread64(int file, void *to, size_t n, off_t at)
{
    return system_fails("pread") ? -1 : __real_pread64(file, to, n, at);
}

int __wrap_fsync(int file) { return system_fails("fsync") ? -1 : __real_fsync(file); }
int __wrap_rename(const char *a, const char *b)
{
    return system_fails("rename") ? -1 : __real_rename(a, b);
}
int __wrap_ftruncate64(int file, off_t n)
{
    return system_fails("ftruncate") ? -1 : __real_ftruncate64(file, n);
}
int __wrap_fstat64(int file, struct stat *to)
{
    return system_fails("fstat") ? -1 : __real_fstat64(file, to);
}
int __wrap_stat64(const char *path, struct stat *to)
{
    return system_fails("stat") ? -1 : __real_stat64(path, to);
}
int __wrap_flock(int file, int how) { return system_fails("flock") ? -1 : __real_flock(file, how); }
int __wrap_fchmod(int file, mode_t mode)
{
    return system_fails("fchmod") ? -1 : __real_fchmod(file, mode);
}
int __wrap_close(int file)
{
    int closed = __real_close(file); /* it is, whatever it says */
    return system_fails("close") ? -1 : closed;
}
