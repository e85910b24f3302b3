/* Output: written beside its name, then to the disk, then renamed, so that whoever looks, and
 * whenever the power goes, finds the old file or the new one. */
#define _DEFAULT_SOURCE /* flock */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "formats.h"

enum { BUFFER = 1 << 16 };

static void fail(gni_output *out, const char *what)
{
    if (out->status >= 0)
        out->status = gn_fail(GN_ERR_IO, "%s: %s: %s", out->who, out->path, what);
}

/* Still the file of this name? Another process may have renamed it while we waited. */
static bool is_named(int file, const char *name)
{
    struct stat mine, its;
    return fstat(file, &mine) == 0 && stat(name, &its) == 0 && mine.st_dev == its.st_dev &&
           mine.st_ino == its.st_ino;
}

/* The part is locked, not new: what a killed process has left is used again, and two
 * processes do not write into one another's. */
static void open_part(gni_output *out)
{
    do {
        if (out->file >= 0)
            close(out->file);
        out->file = open(out->part, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
        if (out->file < 0 || flock(out->file, LOCK_EX) != 0) {
            fail(out, strerror(errno));
            return;
        }
    } while (!is_named(out->file, out->part));
    if (ftruncate(out->file, 0) != 0)
        fail(out, strerror(errno));
}

static char *part_of(const char *path)
{
    size_t n = strlen(path);
    char *part = gni_alloc(n + sizeof ".part", 1);
    if (part) {
        memcpy(part, path, n);
        memcpy(part + n, ".part", sizeof ".part");
    }
    return part;
}

/* What is there and no regular file (a pipe, a terminal) cannot be replaced, only written. */
static void open_file(gni_output *out)
{
    struct stat info;
    if (stat(out->path, &info) == 0 && !S_ISREG(info.st_mode)) {
        out->file = open(out->path, O_WRONLY | O_CLOEXEC);
        if (out->file < 0)
            fail(out, strerror(errno));
        return;
    }
    out->part = part_of(out->path);
    if (!out->part)
        out->status = gn_fail(GN_ERR_MEMORY, "%s: %s: no memory", out->who, out->path);
    else
        open_part(out);
}

gn_status gni_output_open(gni_output *out, const char *who, const char *path)
{
    *out = (gni_output){ .who = who, .path = path, .file = -1, .capacity = BUFFER };
    out->bytes = gni_alloc(BUFFER, 1);
    if (!out->bytes)
        return gn_fail(GN_ERR_MEMORY, "%s: %s: no memory", who, path);
    open_file(out);
    return out->status < 0 ? gni_output_close(out, out->status) : GN_OK;
}

gni_output gni_output_of(void *bytes, size_t capacity)
{
    return (gni_output){ .file = -1, .bytes = bytes, .capacity = capacity };
}

static void write_out(gni_output *out, const uint8_t *bytes, size_t n)
{
    while (n && out->status >= 0) {
        ssize_t some = write(out->file, bytes, n);
        if (some < 0 && errno != EINTR)
            fail(out, strerror(errno));
        bytes += some > 0 ? some : 0;
        n -= some > 0 ? (size_t)some : 0;
    }
}

static void flush(gni_output *out)
{
    write_out(out, out->bytes, out->used);
    out->used = 0;
}

static void write_memory(gni_output *out, const void *bytes, size_t n)
{
    if (n && out->used <= out->capacity && n <= out->capacity - out->used)
        memcpy(out->bytes + out->used, bytes, n);
    if (!gni_add(out->used, n, &out->used))
        out->used = SIZE_MAX;
}

/* Large pieces go past the buffer. */
void gni_write(gni_output *out, const void *bytes, size_t n)
{
    if (out->file < 0) {
        write_memory(out, bytes, n);
        return;
    }
    if (n > BUFFER - out->used)
        flush(out);
    if (n > BUFFER) {
        write_out(out, bytes, n);
        return;
    }
    if (n)
        memcpy(out->bytes + out->used, bytes, n);
    out->used += n;
}

void gni_print(gni_output *out, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= sizeof text)
        fail(out, "a line is too long");
    else
        gni_write(out, text, (size_t)n);
}

/* The folder's entry too is to reach the disk; where that cannot be asked for, it does later. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) + 1 : 0;
    char *folder = gni_alloc(n + 2, 1);
    if (!folder)
        return;
    memcpy(folder, n ? path : ".", n ? n : 1);
    int file = open(folder, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        fsync(file);
        close(file);
    }
    gni_free(folder);
}

static void make_whole(gni_output *out)
{
    flush(out);
    if (out->status < 0 || !out->part)
        return;
    if (fsync(out->file) != 0 || rename(out->part, out->path) != 0)
        fail(out, strerror(errno));
    else
        sync_folder(out->path);
}

gn_status gni_output_close(gni_output *out, gn_status status)
{
    out->status = out->status < 0 ? out->status : status;
    bool mine = out->file >= 0 && out->part && is_named(out->file, out->part);
    if (out->file >= 0 && out->status >= 0)
        make_whole(out);
    if (out->status < 0 && mine)
        unlink(out->part);
    if (out->file >= 0 && close(out->file) != 0)
        fail(out, strerror(errno));
    if (out->who)
        gni_free(out->bytes);
    gni_free(out->part);
    status = out->status;
    *out = (gni_output){ .file = -1 };
    return status;
}
