/* Input: regular files alone, since opening a pipe would wait for whoever writes it. (Between
 * the look and the opening another file may have got the name: the size is of what is open.) */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "files/files.h"

static gn_status no_file(const char *path, const char *what)
{
    return gn_fail(GN_ERR_IO, "%s: %s", path, what);
}

gn_status gni_input_open(gni_input *in, const char *path)
{
    struct stat info;
    *in = (gni_input){ .name = path, .file = -1 };
    if (stat(path, &info) != 0)
        return no_file(path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return no_file(path, S_ISDIR(info.st_mode) ? strerror(EISDIR) : "not a regular file");
    in->file = open(path, O_RDONLY | O_CLOEXEC);
    if (in->file < 0 || fstat(in->file, &info) != 0) {
        gn_status status = no_file(path, strerror(errno));
        gni_input_close(in);
        return status;
    }
    in->size = (size_t)info.st_size;
    return GN_OK;
}

gni_input gni_input_of(const void *bytes, size_t size, const char *name)
{
    return (gni_input){ .name = name, .bytes = bytes, .file = -1, .size = size };
}

gn_status gni_input_read(const gni_input *in, size_t offset, void *to, size_t n)
{
    assert(offset <= in->size && n <= in->size - offset);
    if (in->bytes) {
        if (n)
            memcpy(to, in->bytes + offset, n);
        return GN_OK;
    }
    for (size_t done = 0; done < n;) {
        ssize_t some = pread(in->file, (char *)to + done, n - done, (off_t)(offset + done));
        if (some == 0)
            return no_file(in->name, "it became shorter while it was read");
        if (some < 0 && errno != EINTR)
            return no_file(in->name, strerror(errno));
        done += some > 0 ? (size_t)some : 0;
    }
    return GN_OK;
}

gn_status gni_input_read_all(const gni_input *in, uint8_t **bytes)
{
    size_t n;
    *bytes = gni_add(in->size, 1, &n) ? gni_alloc(n, 1) : NULL;
    if (!*bytes)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu bytes", in->name, in->size);
    gn_status status = gni_input_read(in, 0, *bytes, in->size);
    if (status < 0) {
        gni_free(*bytes);
        *bytes = NULL;
    }
    return status;
}

void gni_input_close(gni_input *in)
{
    if (in->file >= 0)
        close(in->file);
    *in = (gni_input){ .file = -1 };
}

gn_status gni_read_file(const char *path, uint8_t **bytes, size_t *n)
{
    gni_input in;
    *bytes = NULL;
    gn_status status = gni_input_open(&in, path);
    if (status < 0)
        return status;
    status = gni_input_read_all(&in, bytes);
    *n = in.size;
    gni_input_close(&in);
    return status;
}
