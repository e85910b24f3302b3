/* ONNX out. Nodes and tensors are written one after the other, as the fields of their graph that
 * they are: only small ones are ever whole in memory, and nothing is allocated. A graph's length
 * stands before it, so it is written three times: to count nodes (the last one gives "output"),
 * to count bytes, and to the file. */
#include <stdio.h>
#include <string.h>
#include "files/onnx/parts.h"

enum { VERSION_OF_IR = 7, OPSET = 13 };
/* The numbers of fields, as in onnx.proto */
enum { MODEL_GRAPH = 7, GRAPH_NODE = 1, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };

typedef struct exporter {
    const gn_network *net;
    gni_output *out;           /* counts (below): one of which nobody reads the bytes */
    bool counts;
    size_t n_nodes, total;     /* so far, and in all; total 0: they are being counted */
    size_t module;             /* as nn.Sequential counts */
    char value[GNI_ONNX_NAME]; /* the rows stand here */
} exporter;

/* ---- names: PyTorch's of parameters; the others as they suit ---- */

static char *param_name(char name[GNI_ONNX_NAME], size_t module, const char *what)
{
    snprintf(name, GNI_ONNX_NAME, "%zu.%s", module, what);
    return name;
}

static bool has_activation(const gn_layer *layer)
{
    return !gn_same_activation(&layer->activation, &gn_identity);
}

static size_t modules_of(const gn_layer *layer)
{
    return has_activation(layer) ? 2 : 1;
}

static void write_reals(const exporter *e, const char *name, const gn_real *x, size_t rows, size_t cols)
{
    gni_onnx_write_tensor(e->out, e->counts, name, x, rows, cols);
}

/* What the activation's operators take beside the rows, each once. */
static void write_constants(const exporter *e, const gn_activation *f)
{
    const gni_onnx_form *form = gni_onnx_form_of(f);
    char name[GNI_ONNX_NAME];
    uint64_t written = 0; /* one bit for each constant */
    for (size_t k = 0; form && k < GNI_ONNX_MOST_OPS && form->ops[k].name; k++)
        for (size_t i = 0; i < 3; i++) {
            unsigned operand = form->ops[k].takes[i];
            if (operand < GNI_C_ZERO || (written >> operand & 1))
                continue;
            gni_onnx_constant c = gni_onnx_constant_of(operand, &f->alpha);
            gni_onnx_write_constant(e->out, param_name(name, e->module + 1, c.name), &c);
            written |= (uint64_t)1 << operand;
        }
}

static void write_layer_tensors(const exporter *e, const gn_layer *layer)
{
    const gn_real *params = e->net->params + layer->first_param;
    size_t units = layer->out.channels;
    char name[GNI_ONNX_NAME];
    if (layer->spec.type != &gn_dense)
        return;
    write_reals(e, param_name(name, e->module, "weight"), params, units, gn_size(layer->in));
    if (!layer->spec.no_bias)
        write_reals(e, param_name(name, e->module, "bias"), params + layer->n_weights, units, 0);
    write_constants(e, &layer->activation);
}

static void write_tensors(exporter *e)
{
    const gn_scaling *s = &e->net->scaling;
    size_t inputs = gn_size(e->net->input), outputs = gn_size(gn_network_output(e->net));
    e->module = 0;
    write_reals(e, "input.shift", s->input_shift, inputs, 0);
    write_reals(e, "input.scale", s->input_scale, inputs, 0);
    for (size_t i = 0; i < e->net->n_layers; e->module += modules_of(&e->net->layers[i++]))
        write_layer_tensors(e, &e->net->layers[i]);
    write_reals(e, "output.scale", s->output_scale, outputs, 0);
    write_reals(e, "output.shift", s->output_shift, outputs, 0);
}

/* ---- nodes ---- */

/* result gets the name of what the node makes: its own, or "output" of the last. */
static void write_node(exporter *e, const char *op, const char *name, const char *const *inputs, size_t n,
                       gni_onnx_attribute *attribute, char result[GNI_ONNX_NAME])
{
    gni_onnx_node node = GNI__ONNX__NODE__INIT;
    char out[GNI_ONNX_NAME], *outputs[] = { out }, *in[3];
    gni_onnx_attribute *attributes[] = { attribute };
    snprintf(out, sizeof out, "%s", ++e->n_nodes == e->total ? "output" : name);
    for (size_t i = 0; i < n; i++)
        in[i] = (char *)inputs[i];
    node.op_type = (char *)op;
    node.name = (char *)name;
    node.n_input = n;
    node.input = in;
    node.n_output = 1;
    node.output = outputs;
    node.n_attribute = attribute ? 1 : 0;
    node.attribute = attributes;
    gni_onnx_write_field(e->out, GRAPH_NODE, &node.base);
    memcpy(result, out, sizeof out);
}

static gni_onnx_attribute int_attribute(const char *name, int64_t value)
{
    gni_onnx_attribute a = GNI__ONNX__ATTRIBUTE__INIT;
    a.name = (char *)name;
    a.has_type = a.has_i = true;
    a.type = GNI_ONNX_IS_INT;
    a.i = value;
    return a;
}

static gni_onnx_attribute float_attribute(const char *name, double value)
{
    gni_onnx_attribute a = GNI__ONNX__ATTRIBUTE__INIT;
    a.name = (char *)name;
    a.has_type = a.has_f = true;
    a.type = GNI_ONNX_IS_FLOAT;
    a.f = (float)value;
    return a;
}

/* Operator k of an activation's form. */
static void write_op(exporter *e, const gni_onnx_form *form, size_t k, double alpha,
                     char results[][GNI_ONNX_NAME])
{
    const struct gni_onnx_op *op = &form->ops[k];
    const char *inputs[3];
    char name[GNI_ONNX_NAME], constants[3][GNI_ONNX_NAME];
    size_t n = 0;
    gni_onnx_attribute a = op->detail == GNI_WITH_ALPHA ? float_attribute("alpha", alpha)
                                                        : int_attribute("axis", -1);
    for (; n < 3 && op->takes[n]; n++) {
        unsigned operand = op->takes[n];
        if (operand >= GNI_C_ZERO)
            inputs[n] = param_name(constants[n], e->module, gni_onnx_constant_of(operand, &alpha).name);
        else
            inputs[n] = operand == GNI_Z ? e->value : results[operand - GNI_R0];
    }
    snprintf(name, sizeof name, "/%zu/%s_%zu", e->module, op->name, k);
    write_node(e, op->name, name, inputs, n, op->detail ? &a : NULL, results[k]);
}

static void write_activation(exporter *e, const gn_activation *f)
{
    const gni_onnx_form *form = gni_onnx_form_of(f);
    char results[GNI_ONNX_MOST_OPS][GNI_ONNX_NAME];
    size_t k = 0;
    for (; k < GNI_ONNX_MOST_OPS && form->ops[k].name; k++)
        write_op(e, form, k, f->alpha, results);
    memcpy(e->value, results[k - 1], sizeof e->value);
}

/* Gemm takes PyTorch's weights, units x inputs, with or without a bias. */
static void write_layer_nodes(exporter *e, const gn_layer *layer)
{
    char name[GNI_ONNX_NAME], weights[GNI_ONNX_NAME], bias[GNI_ONNX_NAME];
    const char *inputs[] = { e->value, weights, bias };
    gni_onnx_attribute transb = int_attribute("transB", 1);
    if (layer->spec.type == &gn_dense) {
        param_name(weights, e->module, "weight");
        param_name(bias, e->module, "bias");
        snprintf(name, sizeof name, "/%zu/Gemm", e->module);
        write_node(e, "Gemm", name, inputs, layer->spec.no_bias ? 2 : 3, &transb, e->value);
    }
    e->module++;
    if (has_activation(layer)) {
        write_activation(e, &layer->activation);
        e->module++;
    }
}

static void write_scaling(exporter *e, const char *op, const char *name, const char *by, bool wanted)
{
    const char *inputs[] = { e->value, by };
    if (wanted)
        write_node(e, op, name, inputs, 2, NULL, e->value);
}

static void write_nodes(exporter *e)
{
    const gn_scaling *s = &e->net->scaling;
    const char *inputs[] = { e->value };
    bool empty = true;
    e->n_nodes = e->module = 0;
    snprintf(e->value, sizeof e->value, "input");
    write_scaling(e, "Sub", "/input/Sub", "input.shift", s->input_shift);
    write_scaling(e, "Div", "/input/Div", "input.scale", s->input_scale);
    for (size_t i = 0; i < e->net->n_layers; i++) {
        write_layer_nodes(e, &e->net->layers[i]);
        empty = empty && e->net->layers[i].spec.type != &gn_dense;
    }
    if (empty)
        write_node(e, "Identity", "/0/Identity", inputs, 1, NULL, e->value);
    write_scaling(e, "Mul", "/output/Mul", "output.scale", s->output_scale);
    write_scaling(e, "Add", "/output/Add", "output.shift", s->output_shift);
}

/* ---- the graph and the model ---- */

/* Rows of n reals, any number of them. */
static void write_value(exporter *e, unsigned field, const char *name, size_t n)
{
    Gni__Onnx__Dimension rows = GNI__ONNX__DIMENSION__INIT, cols = GNI__ONNX__DIMENSION__INIT;
    Gni__Onnx__Dimension *dims[] = { &rows, &cols };
    Gni__Onnx__Shape shape = GNI__ONNX__SHAPE__INIT;
    Gni__Onnx__TensorType tensor = GNI__ONNX__TENSOR_TYPE__INIT;
    Gni__Onnx__Type type = GNI__ONNX__TYPE__INIT;
    gni_onnx_value value = GNI__ONNX__VALUE__INIT;
    char batch[] = "batch";
    rows.dim_param = batch;
    cols.has_dim_value = true;
    cols.dim_value = (int64_t)n;
    shape.n_dim = 2;
    shape.dim = dims;
    tensor.has_elem_type = true;
    tensor.elem_type = GNI_ONNX_REAL;
    tensor.shape = &shape;
    type.tensor_type = &tensor;
    value.name = (char *)name;
    value.type = &type;
    gni_onnx_write_field(e->out, field, &value.base);
}

static void write_graph(exporter *e)
{
    gni_onnx_graph g = GNI__ONNX__GRAPH__INIT;
    char name[] = "gemmnet";
    g.name = name;
    write_nodes(e);
    gni_onnx_write_message(e->out, &g.base);
    write_tensors(e);
    write_value(e, GRAPH_INPUT, "input", gn_size(e->net->input));
    write_value(e, GRAPH_OUTPUT, "output", gn_size(gn_network_output(e->net)));
}

static void write_model_head(gni_output *out)
{
    gni_onnx_model m = GNI__ONNX__MODEL__INIT;
    Gni__Onnx__OperatorSet set = GNI__ONNX__OPERATOR_SET__INIT, *sets[] = { &set };
    char name[] = "gemmnet", version[] = GNI_VERSION;
    m.has_ir_version = true;
    m.ir_version = VERSION_OF_IR;
    m.producer_name = name;
    m.producer_version = version;
    set.has_version = true;
    set.version = OPSET;
    m.n_opset_import = 1;
    m.opset_import = sets;
    gni_onnx_write_message(out, &m.base);
}

static gn_status check_layers(const char *who, const gn_network *net)
{
    for (size_t i = 0; i < net->n_layers; i++) {
        const gn_layer *layer = &net->layers[i];
        const bool ours = layer->spec.type == &gn_dense || layer->spec.type == &gn_dropout;
        if (!ours || (has_activation(layer) && !gni_onnx_form_of(&layer->activation)))
            return gn_fail(GN_ERR_UNSUPPORTED, "%s: layer %zu has the %s %s, which ONNX has no operator for",
                           who, i, ours ? "activation" : "type",
                           ours ? layer->activation.name : layer->spec.type->name);
    }
    return GN_OK;
}

gn_status gni_onnx_write(gni_output *out, const char *who, const gn_network *net)
{
    gni_output counter = gni_output_of(NULL, 0);
    exporter e = { .net = net, .out = &counter, .counts = true };
    gn_status status = check_layers(who, net);
    if (status < 0)
        return status;
    write_graph(&e);
    e.total = e.n_nodes;
    counter = gni_output_of(NULL, 0);
    write_graph(&e);
    if (counter.used > INT32_MAX - 1024)
        return gn_fail(GN_ERR_UNSUPPORTED, "%s: the network takes %zu bytes, and no ONNX file has more than %d",
                       who, counter.used, INT32_MAX);
    e.out = out;
    e.counts = false;
    write_model_head(out);
    gni_onnx_write_head(out, MODEL_GRAPH, counter.used);
    write_graph(&e);
    return GN_OK;
}

gn_status gn_network_export_onnx(const gn_network *net, const char *path)
{
    const char *who = "gn_network_export_onnx";
    gni_output out;
    if (!net || !path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is NULL", who, net ? "path" : "net");
    gn_status status = gni_check_ending(who, path, GNI_ONNX);
    if (status >= 0)
        status = gni_output_open(&out, who, path);
    if (status < 0)
        return status;
    return gni_output_close(&out, gni_onnx_write(&out, who, net));
}
