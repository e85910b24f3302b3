/* Whether what is written would take the place of what is read, or of something else that is
 * written. */
#include "same_file.h"
#include "complain.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool same_place(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

static bool look_at_folder(const char *path, struct stat *info)
{
    size_t n = (size_t)(base(path) - path);
    char *folder = calloc(n + 2, 1);
    bool good;

    if (folder == NULL)
        return false;
    memcpy(folder, n > 0 ? path : ".", n > 0 ? n : 1);
    good = stat(folder, info) == 0;
    free(folder);
    return good;
}

/* By links too; or, if there is none yet, by folder and name. What is no regular file, as
 * /dev/null, takes whatever comes. */
static bool is_same(const char *a, const char *b)
{
    struct stat at_a, at_b;
    int there = (stat(a, &at_a) == 0) + 2 * (stat(b, &at_b) == 0);

    if (there == 3)
        return S_ISREG(at_a.st_mode) && same_place(&at_a, &at_b);
    return there == 0 && strcmp(base(a), base(b)) == 0 && look_at_folder(a, &at_a) &&
           look_at_folder(b, &at_b) && same_place(&at_a, &at_b);
}

bool files_differ(const named_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (files[i].path != NULL && files[k].path != NULL &&
                is_same(files[i].path, files[k].path))
                return complain("%s %s would be written over %s %s: they are the same file",
                                files[i].what, files[i].path, files[k].what, files[k].path);
    return true;
}

bool output_differs(const named_file *file)
{
    struct stat info, out;

    if (stat(file->path, &info) != 0 || fstat(1, &out) != 0 || !S_ISREG(info.st_mode) ||
        !same_place(&info, &out))
        return true;
    return complain("what is predicted would be written over %s %s: they are the same file",
                    file->what, file->path);
}
