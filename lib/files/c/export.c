/* C source of a network: its numbers as constants, a small function for each kind of layer,
 * and one that calls them. */
#include <math.h>
#include <string.h>
#include "files/c/source.h"

static const char who[] = "gn_network_export_c";

/* What the function does, one after the other; the last writes to y, those before by turns to a
 * and b. */
typedef struct stage {
    const gn_layer *layer; /* dense; NULL: the inputs are scaled, or just copied */
    size_t outputs;
} stage;

typedef struct plan {
    const gn_network *net;
    gn_scaling scaling;
    stage *stages;     /* n of them, at least one */
    size_t n;
    size_t buffers[2]; /* numbers that a and b hold */
} plan;

/* ---- what can be written ---- */

/* A layer that works in training alone is not there in prediction. */
static bool is_left_out(const gn_layer *layer)
{
    return layer->spec.type->only_in_training;
}

static gn_status check_kind(const gn_layer *layer)
{
    const gn_layer_type *type = layer->spec.type;
    if (type != &gn_dense)
        return gn_fail(GN_ERR_UNSUPPORTED,
                       "%s: layer %zu is of the type \"%s\", which C source cannot "
                       "have",
                       who, layer->index, type->name);
    if (!gni_c_activation(&layer->activation))
        return gn_fail(GN_ERR_UNSUPPORTED,
                       "%s: layer %zu has the activation \"%s\", which C source "
                       "cannot have",
                       who, layer->index, layer->activation.name);
    if (!isfinite((gn_real)layer->activation.alpha))
        return gn_fail(GN_ERR_NONFINITE,
                       "%s: layer %zu has the activation \"%s\" with alpha %g, too "
                       "large for a " REAL,
                       who, layer->index, layer->activation.name, layer->activation.alpha);
    return GN_OK;
}

static gn_status check_numbers(const gn_layer *layer, const gn_real *params)
{
    for (size_t k = 0; k < layer->n_tensors; k++) {
        const gn_tensor *t = &layer->tensors[k];
        for (size_t i = 0; i < t->n; i++)
            if (!isfinite(params[t->first + i]))
                return gn_fail(GN_ERR_NONFINITE, "%s: %s %zu of layer %zu is %g", who, t->name, i,
                               layer->index, (double)params[t->first + i]);
    }
    return GN_OK;
}

static gn_status check_layers(const gn_network *net)
{
    gn_status status = GN_OK;
    for (size_t i = 0; i < net->n_layers && status >= 0; i++) {
        const gn_layer *layer = &net->layers[i];
        if (!is_left_out(layer))
            status = check_kind(layer);
        if (status >= 0)
            status = check_numbers(layer, net->params + layer->first_param);
    }
    return status;
}

/* ---- the plan ---- */

static void add_stage(plan *p, const gn_layer *layer, size_t outputs)
{
    p->stages[p->n++] = (stage){ layer, outputs };
}

static gn_status make_plan(plan *p, const gn_network *net)
{
    *p = (plan){ .net = net, .scaling = net->scaling };
    p->stages = gni_alloc(net->n_layers + 1, sizeof *p->stages);
    if (!p->stages)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for %zu layers", who, net->n_layers);
    if (p->scaling.input_shift)
        add_stage(p, NULL, gn_size(net->input));
    for (size_t i = 0; i < net->n_layers; i++)
        if (!is_left_out(&net->layers[i]))
            add_stage(p, &net->layers[i], gn_size(net->layers[i].out));
    if (p->n == 0)
        add_stage(p, NULL, gn_size(net->input));
    for (size_t i = 0; i + 1 < p->n; i++)
        if (p->buffers[i % 2] < p->stages[i].outputs)
            p->buffers[i % 2] = p->stages[i].outputs;
    return GN_OK;
}

static size_t bytes_of_constants(const plan *p)
{
    size_t n = p->net->n_params;
    if (p->scaling.input_shift)
        n += 2 * gn_size(p->net->input);
    if (p->scaling.output_shift)
        n += 2 * gn_size(gn_network_output(p->net));
    return n * sizeof(gn_real);
}

/* ---- the parts of the source ---- */

static void put_layers(const gni_source *to, const plan *p)
{
    gni_put(to, " *     % inputs", gn_size(p->net->input));
    gni_put(to, p->scaling.input_shift ? ", scaled\n" : "\n");
    for (size_t i = 0; i < p->n; i++) {
        const gn_layer *layer = p->stages[i].layer;
        if (!layer)
            continue;
        gni_put(to, " *     layer %: % units", layer->index, gn_size(layer->out));
        gni_put(to, layer->spec.no_bias ? " without bias, " : ", ");
        gni_put(to, gni_c_activation(&layer->activation)->activation->name);
        gni_put(to, "\n");
    }
    gni_put(to, " *     % outputs", gn_size(gn_network_output(p->net)));
    gni_put(to, p->scaling.output_shift ? ", scaled\n" : "\n");
}

static bool is_described(const plan *p)
{
    return gn_network_note(p->net, GNI_DESCRIPTION);
}

/* What the user says of it: which input is which. */
static void put_description(const gni_source *to, const plan *p)
{
    gni_put(to, " *\n");
    gni_put_comment(to, gn_network_note(p->net, GNI_DESCRIPTION));
}

static void put_head(const gni_source *to, const plan *p)
{
    size_t inputs = gn_size(p->net->input), outputs = gn_size(gn_network_output(p->net));
    gni_put(to, "/* @: a neural network, written as C by gemmnet ");
    gni_put(to, gn_version());
    gni_put(
        to,
        ".\n"
        " *\n"
        " *     void @(const " REAL " *x, " REAL " *y);\n"
        " *\n"
        " * reads $_INPUTS numbers x and writes $_OUTPUTS numbers y, which are apart from them:\n"
        " *\n");
    put_layers(to, p);
    if (is_described(p))
        put_description(to, p);
    gni_put(
        to,
        " *\n"
        " * It wants C99 or C++, and <math.h>. It allocates nothing and has no state, so that any\n"
        " * number of threads may call it at once. Its constants are % bytes, its arrays on the\n"
        " * stack % bytes. */\n"
        "#include <math.h>\n"
        "#include \"@.h\"\n"
        "\n"
        "#if $_INPUTS != % || $_OUTPUTS != %\n"
        "#error \"@.h belongs to another @.c\"\n"
        "#endif\n"
        "\n",
        bytes_of_constants(p), (p->buffers[0] + p->buffers[1]) * sizeof(gn_real), inputs, outputs);
}

static const gni_c_loop *loop_of(const stage *s)
{
    return s->layer ? gni_c_activation(&s->layer->activation) : NULL;
}

/* Each of the small functions that is called, once. */
static void put_loops(const gni_source *to, const plan *p)
{
    const stage *last = &p->stages[p->n - 1];
    if (p->scaling.input_shift)
        gni_put(to, gni_c_code(GNI_C_SCALE));
    else if (!last->layer)
        gni_put(to, gni_c_code(GNI_C_COPY));
    if (last->layer)
        gni_put(to, gni_c_code(GNI_C_DENSE));
    for (size_t i = 0; i < p->n; i++) {
        const gni_c_loop *loop = loop_of(&p->stages[i]);
        bool put = !loop || !loop->code;
        for (size_t j = 0; j < i && !put; j++)
            put = loop_of(&p->stages[j]) == loop;
        if (!put)
            gni_put(to, loop->code);
    }
    if (p->scaling.output_shift)
        gni_put(to, gni_c_code(GNI_C_UNSCALE));
}

static void put_constants(const gni_source *to, const plan *p)
{
    size_t inputs = gn_size(p->net->input), outputs = gn_size(gn_network_output(p->net));
    if (p->scaling.input_shift) {
        gni_put_array(to, "input_shift", GNI_NO_INDEX, 1, inputs, p->scaling.input_shift);
        gni_put_array(to, "input_scale", GNI_NO_INDEX, 1, inputs, p->scaling.input_scale);
    }
    for (size_t i = 0; i < p->n; i++) {
        const gn_layer *layer = p->stages[i].layer;
        if (!layer)
            continue;
        for (size_t k = 0; k < layer->n_tensors; k++) {
            const gn_tensor *t = &layer->tensors[k];
            size_t rows = t->rank > 1 ? t->dims[0] : 1;
            gni_put_array(to, t->name, layer->index, rows, t->n / rows,
                          p->net->params + layer->first_param + t->first);
        }
    }
    if (p->scaling.output_shift) {
        gni_put_array(to, "output_shift", GNI_NO_INDEX, 1, outputs, p->scaling.output_shift);
        gni_put_array(to, "output_scale", GNI_NO_INDEX, 1, outputs, p->scaling.output_scale);
    }
}

/* Where a stage puts its outputs. */
static const char *place(const plan *p, size_t i)
{
    return i + 1 == p->n ? "y" : i % 2 ? "b" : "a";
}

static void put_dense(const gni_source *to, const gn_layer *layer, const char *x, const char *y)
{
    const gni_c_loop *f = gni_c_activation(&layer->activation);
    gni_put(to, "    @_dense(%, %, @_weight_%, ", gn_size(layer->in), gn_size(layer->out),
            layer->index);
    gni_put(to, layer->spec.no_bias ? "0" : "@_bias_%", layer->index);
    gni_print(to->out, ", %s, %s);\n", x, y);
    if (!f->code)
        return;
    gni_put(to, "    @_");
    gni_put(to, f->activation->name);
    gni_put(to, "(%, ", gn_size(layer->out));
    gni_put(to, y);
    if (f->has_alpha) {
        char alpha[GNI_DECIMAL];
        gni_decimal((gn_real)layer->activation.alpha, alpha);
        gni_print(to->out, ", %s" F, alpha);
    }
    gni_put(to, ");\n");
}

static void put_function(const gni_source *to, const plan *p)
{
    gni_put(to, "void @(const " REAL " *x, " REAL " *y)\n{\n");
    if (p->buffers[1])
        gni_put(to, "    " REAL " a[%], b[%];\n\n", p->buffers[0], p->buffers[1]);
    else if (p->buffers[0])
        gni_put(to, "    " REAL " a[%];\n\n", p->buffers[0]);
    for (size_t i = 0; i < p->n; i++) {
        const char *x = i ? place(p, i - 1) : "x", *y = place(p, i);
        if (p->stages[i].layer) {
            put_dense(to, p->stages[i].layer, x, y);
            continue;
        }
        gni_put(to, p->scaling.input_shift ? "    @_scale(%, @_input_shift, @_input_scale, "
                                           : "    @_copy(%, ", p->stages[i].outputs);
        gni_print(to->out, "%s, %s);\n", x, y);
    }
    if (p->scaling.output_shift)
        gni_put(to, "    @_unscale(%, @_output_shift, @_output_scale, y);\n",
                gn_size(gn_network_output(p->net)));
    gni_put(to, "}\n");
}

static void put_source(const gni_source *to, const plan *p)
{
    put_head(to, p);
    put_loops(to, p);
    put_constants(to, p);
    put_function(to, p);
}

static void put_header(const gni_source *to, const plan *p)
{
    gni_put(to, "/* @: a neural network, written as C by gemmnet ");
    gni_put(to, gn_version());
    gni_put(to, is_described(p) ? ": see @.c.\n" : ": see @.c.");
    if (is_described(p))
        put_description(to, p);
    gni_put(
        to,
        " */\n"
        "#ifndef $_H\n"
        "#define $_H\n"
        "\n"
        "#define $_INPUTS %\n"
        "#define $_OUTPUTS %\n"
        "\n"
        "#ifdef __cplusplus\n"
        "extern \"C\" {\n"
        "#endif\n"
        "\n"
        "/* Reads $_INPUTS numbers x and writes $_OUTPUTS numbers y, which are apart from them.\n"
        " * Any number of threads may call it at once; its arrays take % bytes of stack. */\n"
        "void @(const " REAL " *x, " REAL " *y);\n"
        "\n"
        "#ifdef __cplusplus\n"
        "}\n"
        "#endif\n"
        "\n"
        "#endif\n",
        gn_size(p->net->input), gn_size(gn_network_output(p->net)),
        (p->buffers[0] + p->buffers[1]) * sizeof(gn_real));
}

/* ---- the files ---- */

/* The header, which is short, becomes whole after the source: where one of them fails, it is
 * likelier the source, and nothing has changed. */
static gn_status write_files(const plan *p, const char *name, const char *path,
                             const char *header_path)
{
    gni_output source, header;
    gn_status status = gni_output_open(&source, who, path);
    if (status < 0)
        return status;
    status = gni_output_open(&header, who, header_path);
    if (status < 0)
        return gni_output_close(&source, status);
    put_header(&(gni_source){ &header, name }, p);
    put_source(&(gni_source){ &source, name }, p);
    status = gni_output_close(&source, header.status);
    return gni_output_close(&header, status);
}

static gn_status plan_and_write(const gn_network *net, const char *name, const char *path,
                                const char *header_path)
{
    plan p;
    gn_status status = make_plan(&p, net);
    if (status >= 0)
        status = write_files(&p, name, path, header_path);
    gni_free(p.stages);
    return status;
}

/* The name of the file at path, without ".c". */
static gn_status name_of(const char *path, char name[GNI_C_NAME + 2])
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strlen(base);
    if (n < 2 || strcmp(base + n - 2, ".c") != 0)
        return gn_fail(GN_ERR_ARGUMENT, "%s: \"%s\" does not end in \".c\"", who, path);
    n = n - 2 <= GNI_C_NAME ? n - 2 : GNI_C_NAME + 1;
    memcpy(name, base, n);
    name[n] = 0;
    return gni_check_c_name(who, path, name);
}

GNI_APART static gn_status export(const gn_network *net, const char *path)
{
    char name[GNI_C_NAME + 2];
    if (!net || !path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "path" : "net");
    gn_status status = name_of(path, name);
    if (status >= 0)
        status = check_layers(net);
    if (status < 0)
        return status;
    size_t n = strlen(path) + 1;
    char *header_path = gni_alloc(n, 1);
    if (!header_path)
        return gn_fail(GN_ERR_MEMORY, "%s: no memory for a path of %zu bytes", who, n - 1);
    memcpy(header_path, path, n);
    header_path[n - 2] = 'h';
    status = plan_and_write(net, name, path, header_path);
    gni_free(header_path);
    return status;
}

gn_status gn_network_export_c(const gn_network *net, const char *path)
{
    gni_float_mode mode = gni_hold_exact();
    return gni_release_after(export(net, path), mode);
}
