/* The page of a run: one HTML file that holds all it needs. What is drawn in it, page/ draws when
 * it is opened; page.html there is its frame. */
#ifndef PAGE_H
#define PAGE_H

#include "common/machine.h"
#include "mnist.h"

#include <jansson.h>

/* ---- history.c: the CSV file that train --history writes ---------------------------- */

typedef struct history { gn_epoch *epochs; size_t n; } history;

bool history_read(history *h, const char *path); /* path NULL: no epochs */
void history_free(history *h);

/* ---- command.c: the command that trains the same network again ------------------------ */

/* The same on every machine, and whatever files were asked for. */
bool command_note(gn_network *net, const settings *s);
/* Whether a text is such a command. People copy it into a shell, and it may come from a file
 * that somebody sent them: nothing but words and numbers. */
bool command_is_sound(const char *text);

/* ---- record.c ------------------------------------------------------------------------ */

/* What --json writes; NULL: no memory. To be decref'd. */
json_t *record_make(const settings *s, const dataset *d, const gn_network *net, const result *r,
                    const training *t);

/* ---- page_facts.c, page_curves.c, page_text.c, page.c -------------------------------- */

typedef struct run_facts {
    const settings *s;
    const dataset *d;
    const gn_network *net;
    const result *result;
    const gn_epoch *epochs;      /* NULL: unknown */
    size_t n_epochs;
    const json_t *record;        /* as --json writes it; NULL: unknown */
} run_facts;

/* What the scripts of the page draw; NULL: it has complained. To be decref'd. */
json_t *page_facts(const run_facts *f);
/* Every how many epochs one is shown, of so many. */
size_t page_stride(size_t n_epochs);

/* gnuplot's drawings as HTML, or a sentence on why there are none. *drawn: no gnuplot was
 * missing. false: it has complained. */
bool page_curves(FILE *html, const gn_epoch *epochs, size_t n, bool *drawn);

/* n bytes as base64 (RFC 4648); NULL: no memory. To be freed. */
char *base64(const unsigned char *bytes, size_t n);
/* JSON that may stand in an element <script>. */
bool write_json(FILE *html, const json_t *value);

/* Whether the page could show a network on these images. false: it has complained. name: of the
 * network, for that. */
bool page_can_show(const gn_network *net, const char *name);
bool page_can_show_images(const image_set *set);
bool page_write(const char *path, const run_facts *f);

#endif /* PAGE_H */
