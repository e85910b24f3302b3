/* A whole gzip file in memory. */
#include "gzip.h"
#include "complain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { PIECE = 1 << 16 };

/* Room for another piece; NULL: out of memory, and bytes is still there. */
static unsigned char *make_room(unsigned char *bytes, size_t used, size_t *room)
{
    if (bytes != NULL && *room - used >= PIECE)
        return bytes;
    *room = *room == 0 ? PIECE : 2 * *room;
    return realloc(bytes, *room);
}

/* What went wrong, or NULL. */
static const char *read_all(gzFile file, unsigned char **bytes, size_t *size)
{
    size_t room = 0;
    int got;

    do {
        unsigned char *more = make_room(*bytes, *size, &room);

        if (more == NULL)
            return "does not fit into memory";
        *bytes = more;
        got = gzread(file, *bytes + *size, PIECE);
        *size += got > 0 ? (size_t)got : 0;
    } while (got > 0);
    return got < 0 ? "is damaged" : NULL;
}

unsigned char *gzip_read(const char *path, size_t *size)
{
    gzFile file = gzopen(path, "rb");
    unsigned char *bytes = NULL;
    const char *trouble;

    *size = 0;
    if (file == NULL) {
        complain("%s: %s", path, strerror(errno));
        return NULL;
    }
    trouble = read_all(file, &bytes, size);
    if (gzclose(file) != Z_OK && trouble == NULL)
        trouble = "ends too early";
    if (trouble == NULL)
        return bytes;
    complain("%s %s", path, trouble);
    free(bytes);
    return NULL;
}
