/* Puts the page's styles and scripts into its frame, and that into an array of C:
 *
 *     embed OUT.c page.html FILE...
 *
 * page.html has a line <!-- styles --> and a line <!-- scripts -->, where the files that end in .css
 * and in .js go, in their order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *open_or_exit(const char *path, const char *mode)
{
    FILE *file = fopen(path, mode);

    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return file;
}

static void put(FILE *out, const char *text)
{
    for (; *text != '\0'; text++)
        fprintf(out, "%d,", (unsigned char)*text);
    fputc('\n', out);
}

/* Which would end the element that the files stand in. */
static int closes_element(const char *line)
{
    return strstr(line, "</script") != NULL || strstr(line, "</style") != NULL ||
           strstr(line, "<!--") != NULL;
}

static void put_file(FILE *out, const char *path)
{
    FILE *file = open_or_exit(path, "r");
    char line[4096];

    while (fgets(line, sizeof line, file) != NULL) {
        if (closes_element(line)) {
            fprintf(stderr, "%s: this ends its element: %s", path, line);
            exit(EXIT_FAILURE);
        }
        put(out, line);
    }
    fclose(file);
}

static void put_files(FILE *out, char **paths, const char *ending)
{
    for (; *paths != NULL; paths++) {
        size_t n = strlen(*paths), k = strlen(ending);

        if (n > k && strcmp(*paths + n - k, ending) == 0)
            put_file(out, *paths);
    }
}

int main(int argc, char **argv)
{
    FILE *out, *frame;
    char line[4096];

    if (argc < 3)
        return EXIT_FAILURE;
    out = open_or_exit(argv[1], "w");
    frame = open_or_exit(argv[2], "r");
    fputs("extern const unsigned char page_html[];\nconst unsigned char page_html[] = {\n", out);
    while (fgets(line, sizeof line, frame) != NULL)
        if (strstr(line, "<!-- styles -->") != NULL)
            put_files(out, argv + 3, ".css");
        else if (strstr(line, "<!-- scripts -->") != NULL)
            put_files(out, argv + 3, ".js");
        else
            put(out, line);
    fputs("0 };\n", out);
    fclose(frame);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
