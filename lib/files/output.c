/* Output: written beside its name, then to the disk, then renamed, so that whoever looks, and
 * whenever the power goes, finds the old file or the new one. */
#define _DEFAULT_SOURCE /* realpath */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files/files.h"

enum { BUFFER = 1 << 16 };

static void fail(gni_output *out, const char *what)
{
    if (out->status >= 0)
        out->status = gn_fail(GN_ERR_IO, "%s: %s: %s", out->who, out->path, what);
}

/* The file itself is replaced, and not a link to it. Both names are in one block. */
static bool name_parts(gni_output *out)
{
    char real[PATH_MAX];
    const char *target = realpath(out->path, real) ? real : out->path;
    size_t n = strlen(target) + 1;
    out->target = gni_alloc(2 * n + sizeof ".part", 1);
    if (!out->target)
        return false;
    memcpy(out->target, target, n);
    out->part = out->target + n;
    memcpy(out->part, target, n - 1);
    memcpy(out->part + n - 1, ".part", sizeof ".part");
    return true;
}

/* A pipe or a terminal cannot be replaced, only written. Who may read the old file may read the new
 * one. */
static void open_file(gni_output *out)
{
    struct stat info;
    bool is_there = stat(out->path, &info) == 0;
    if (is_there && !S_ISREG(info.st_mode)) {
        out->status = gni_open_in_place(out->who, out->path, S_ISFIFO(info.st_mode), &out->file);
        return;
    }
    if (!name_parts(out)) {
        out->status = gn_fail(GN_ERR_MEMORY, "%s: %s: no memory", out->who, out->path);
        return;
    }
    out->status = gni_open_part(out->who, out->path, out->part, &out->file);
    if (is_there && out->status >= 0 && fchmod(out->file, info.st_mode & 0777) != 0)
        fail(out, strerror(errno));
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
    if (fsync(out->file) != 0 || rename(out->part, out->target) != 0)
        fail(out, strerror(errno));
    else
        sync_folder(out->target);
}

gn_status gni_output_close(gni_output *out, gn_status status)
{
    out->status = out->status < 0 ? out->status : status;
    bool mine = out->file >= 0 && out->part && gni_is_named(out->file, out->part);
    if (out->file >= 0 && out->status >= 0)
        make_whole(out);
    if (out->status < 0 && mine)
        unlink(out->part);
    if (out->file >= 0 && close(out->file) != 0 && !out->part) /* a part is on the disk already */
        fail(out, strerror(errno));
    if (out->who)
        gni_free(out->bytes);
    gni_free(out->target);
    status = out->status;
    *out = (gni_output){ .file = -1 };
    return status;
}
