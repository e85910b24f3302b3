/* Feeds each file of a folder to a target, in memory of just its size. */
#include <dirent.h>
#include "fuzz.h"

static int feed(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        return 0;
    long size = ftell(file);
    rewind(file);
    uint8_t *bytes = size > 0 ? malloc((size_t)size) : NULL;
    size_t n = bytes ? fread(bytes, 1, (size_t)size, file) : 0;
    (void)fclose(file);
    int whole = size >= 0 && n == (size_t)size;
    if (whole)
        (void)LLVMFuzzerTestOneInput(bytes, n);
    free(bytes);
    return whole;
}

int main(int argc, char **argv)
{
    size_t n = 0;
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    if (!folder) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    for (struct dirent *entry; (entry = readdir(folder)); ) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        int length = snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        if (length < 0 || (size_t)length >= sizeof path || !feed(path)) {
            fprintf(stderr, "%s: cannot be read\n", entry->d_name);
            return 1;
        }
        n++;
    }
    (void)closedir(folder);
    printf("%zu files\n", n);
    return n ? 0 : 1;
}
