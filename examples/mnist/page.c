/* The page of a run, written whole or not at all. */
#include "page.h"
#include "common/output.h"

#include <gemmnet/layer.h>
#include <string.h>

/* page/page.html with its styles and scripts in it: page/embed.c. */
extern const unsigned char page_html[];

/* ---- what it can show ------------------------------------------------------------------- */

/* Those that page/network.js computes. */
static bool knows_activation(const char *name)
{
    static const char *const known[] = { "identity", "sigmoid", "tanh", "relu", "leaky_relu",
                                         "elu", "gelu", "silu", "softplus", "softmax" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (strcmp(known[i], name) == 0)
            return true;
    return false;
}

static bool can_show_layer(const gn_layer *layer, const char *name)
{
    const gn_layer_type *type = layer->spec.type;

    if (type != &gn_dense && type != &gn_dropout)
        return complain("%s: layer %zu is of type %s, which the page cannot compute", name,
                        layer->index, type->name);
    return knows_activation(layer->activation.name) ||
           complain("%s: layer %zu has the activation %s, which the page cannot compute", name,
                    layer->index, layer->activation.name);
}

enum { SIDE = 28 };

bool page_can_show(const gn_network *net, const char *name)
{
    size_t inputs = gn_size(gn_network_input(net)), outputs = gn_size(gn_network_output(net));

    if (inputs != SIDE * SIDE)
        return complain("%s has %zu inputs; a page shows networks that read %d x %d pixels", name,
                        inputs, (int)SIDE, (int)SIDE);
    if (outputs != CLASSES)
        return complain("%s has %zu outputs; a page shows networks that tell %d classes apart",
                        name, outputs, (int)CLASSES);
    for (size_t i = 0; i < gn_network_layer_count(net); i++)
        if (!can_show_layer(gn_network_layer(net, i), name))
            return false;
    return true;
}

bool page_can_show_images(const image_set *set)
{
    gn_shape shape = set->idx.shape;

    if (set->idx.matrix.type != GN_U8)
        return complain("a page shows images of bytes, and these are of other numbers");
    return (shape.height == SIDE && shape.width == SIDE && shape.channels == 1) ||
           complain("a page shows images of %d x %d pixels, and these have %zu x %zu", (int)SIDE,
                    (int)SIDE, shape.height, shape.width);
}

/* ---- filling in the frame ------------------------------------------------------------------ */

static void write_accuracy(FILE *html, const run_facts *f)
{
    fprintf(html, "%.2f", 100 * f->result->accuracy);
}

static void write_images(FILE *html, const run_facts *f)
{
    size_t n = f->result->images;

    if (n < 1000)
        fprintf(html, "%zu", n);
    else
        fprintf(html, n < 1000000 ? "%zu,%03zu" : "%zu%03zu", n / 1000, n % 1000);
}

static void write_dataset(FILE *html, const run_facts *f)
{
    fputs(f->s->recipe.dataset == MNIST ? "MNIST" : "Fashion-MNIST", html);
}

static void write_version(FILE *html, const run_facts *f)
{
    (void)f;
    fputs(gn_version(), html);
}

static const struct { const char *name; void (*write)(FILE *html, const run_facts *f); } holes[] = {
    { "{{accuracy}}", write_accuracy }, { "{{images}}", write_images },
    { "{{dataset}}", write_dataset }, { "{{version}}", write_version },
};

enum { HOLES = sizeof holes / sizeof holes[0] };

/* What belongs where the frame has a {{name}}. Returns where the frame goes on; NULL: it has
 * complained. */
static const char *fill(FILE *html, const char *at, const run_facts *f, const json_t *facts)
{
    static const char run[] = "{{run}}", curves[] = "{{curves}}";
    bool drawn;

    for (int i = 0; i < HOLES; i++)
        if (strncmp(at, holes[i].name, strlen(holes[i].name)) == 0) {
            holes[i].write(html, f);
            return at + strlen(holes[i].name);
        }
    if (strncmp(at, run, strlen(run)) == 0)
        return write_json(html, facts) ? at + strlen(run) : NULL;
    if (strncmp(at, curves, strlen(curves)) == 0) {
        if (!page_curves(html, f->epochs, f->n_epochs, &drawn))
            return NULL;
        if (!drawn && !f->s->quiet)
            puts("the page has no curves: gnuplot draws them (Debian: apt-get install "
                 "gnuplot-nox)");
        return at + strlen(curves);
    }
    fputs("{{", html);
    return at + 2;
}

static bool write_frame(FILE *html, const run_facts *f, const json_t *facts)
{
    const char *at = (const char *)page_html, *hole;

    while (at != NULL && (hole = strstr(at, "{{")) != NULL) {
        fwrite(at, 1, (size_t)(hole - at), html);
        at = fill(html, hole, f, facts);
    }
    if (at != NULL)
        fputs(at, html);
    return at != NULL;
}

bool page_write(const char *path, const run_facts *f)
{
    json_t *facts = page_facts(f);
    output o;
    bool good = facts != NULL && output_open(&o, path);

    if (good) {
        good = (write_frame(o.file, f, facts) || complain("%s: the page could not be made", path))
               && output_commit(&o);
        output_discard(&o);
    }
    json_decref(facts);
    return good;
}
