/* A file that appears whole or not at all: written beside its name, then renamed. */
#include "output.h"
#include "complain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool refuse(output *o)
{
    complain("cannot write %s: %s", o->path, strerror(errno));
    output_discard(o);
    return false;
}

/* Devices, pipes and links (/dev/stdout is one) cannot be replaced: they are written to. */
static bool is_replaceable(const char *path)
{
    struct stat info;

    return lstat(path, &info) != 0 ? errno == ENOENT : S_ISREG(info.st_mode) != 0;
}

static bool folder_of(char *folder, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    int wanted = snprintf(folder, size, "%.*s", length, slash == NULL ? "." : path);

    return wanted >= 0 && (size_t)wanted < size;
}

bool output_check(const char *path)
{
    char folder[4096];
    struct stat info;
    bool good;

    if (path == NULL)
        return true;
    errno = ENAMETOOLONG;
    if (is_replaceable(path))
        good = folder_of(folder, sizeof folder, path) && access(folder, W_OK | X_OK) == 0;
    else if (stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        good = (errno = EISDIR, false);
    else
        good = access(path, W_OK) == 0;
    return good || complain("cannot write %s: %s", path, strerror(errno));
}

bool output_open(output *o, const char *path)
{
    size_t size = path != NULL ? strlen(path) + 32 : 0;

    *o = (output){ .path = path };
    if (path == NULL)
        return true;
    if (is_replaceable(path)) {
        o->part = malloc(size);
        if (o->part == NULL)
            return refuse(o);
        snprintf(o->part, size, "%s.%ld.part", path, (long)getpid());
        unlink(o->part); /* left by an earlier process of this number, or somebody's pipe */
    }
    o->file = fopen(o->part != NULL ? o->part : path, o->part != NULL ? "wx" : "w");
    return o->file != NULL || refuse(o);
}

bool output_commit(output *o)
{
    bool good = true;

    if (o->file != NULL) {
        FILE *file = o->file;
        bool sound = ferror(file) == 0;

        o->file = NULL;
        good = fclose(file) == 0 && sound && (o->part == NULL || rename(o->part, o->path) == 0);
    }
    if (!good)
        return refuse(o);
    free(o->part);
    o->part = NULL;
    return true;
}

void output_discard(output *o)
{
    if (o->file != NULL)
        fclose(o->file);
    if (o->part != NULL)
        unlink(o->part);
    free(o->part);
    *o = (output){ .path = o->path };
}
