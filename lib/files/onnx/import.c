/* ONNX in: from bytes to messages, and what is said of them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "files/onnx/parts.h"

/* ---- words ---- */

gni_onnx_text gni_onnx_printable(const char *name)
{
    gni_onnx_text t = { { 0 } };
    for (size_t i = 0; name && name[i] && i < sizeof t.text - 1; i++)
        t.text[i] = (unsigned char)name[i] < ' ' || name[i] == 127 ? '?' : name[i];
    return t;
}

gni_onnx_text gni_onnx_node_name(const gni_onnx_node *node)
{
    return gni_onnx_printable(node->name && *node->name ? node->name : gni_onnx_output(node));
}

gn_status gni_onnx_refuse(const gni_onnx_file *f, const gni_onnx_node *node, gn_status status,
                          const char *format, ...)
{
    char text[GNI_MESSAGE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return gn_fail(status, "%s: operator %s of node %s: %s", f->name,
                   gni_onnx_printable(node->op_type).text, gni_onnx_node_name(node).text, text);
}

void gni_onnx_note(gni_onnx_file *f, const char *format, ...)
{
    size_t room = f->noted < f->capacity ? f->capacity - f->noted : 0;
    int n = f->noted && *format != ',' ? snprintf(f->note + f->noted, room, "; ") : 0;
    va_list arguments;
    f->noted += n > 0 ? (size_t)n : 0;
    room = f->noted < f->capacity ? f->capacity - f->noted : 0;
    va_start(arguments, format);
    n = vsnprintf(room ? f->note + f->noted : NULL, room, format, arguments);
    va_end(arguments);
    f->noted += n > 0 ? (size_t)n : 0;
}

/* ---- the model ---- */

static gn_status unpack(gni_onnx_file *f, const void *bytes, size_t size, const gni_onnx_model **model)
{
    if (size > INT32_MAX)
        return gn_fail(GN_ERR_FORMAT, "%s: it has %zu bytes, and no protobuf has more than %d", f->name, size,
                       INT32_MAX);
    *model = (const gni_onnx_model *)protobuf_c_message_unpack(&gni__onnx__model__descriptor,
                                                               &f->budget.allocator, size, bytes);
    if (*model)
        return GN_OK;
    if (f->budget.failed || f->budget.refused)
        return gni_budget_error(&f->budget, f->name);
    return gn_fail(GN_ERR_FORMAT, "%s: it is no protobuf, or a damaged one", f->name);
}

/* Before opset 7, operators had other attributes. */
static gn_status check_model(gni_onnx_file *f, const gni_onnx_model *model)
{
    if (!model->graph)
        return gn_fail(GN_ERR_FORMAT, "%s: it holds no graph", f->name);
    f->graph = model->graph;
    int64_t version = 0;
    for (size_t i = 0; i < model->n_opset_import; i++) {
        const char *domain = model->opset_import[i]->domain;
        if (!domain || !*domain || strcmp(domain, "ai.onnx") == 0)
            version = model->opset_import[i]->version;
    }
    if (version < 7)
        return gn_fail(GN_ERR_UNSUPPORTED, "%s: it is of opset %lld, and 7 is the oldest that is read", f->name,
                       (long long)version);
    return GN_OK;
}

static gn_status decode(gni_onnx_file *f, gn_network **out, const void *bytes, size_t size)
{
    const gni_onnx_model *model = NULL;
    gni_chain chain;
    gn_status status = unpack(f, bytes, size, &model);
    if (status >= 0)
        status = check_model(f, model);
    status = gni_recognise(status, GNI_ONNX, f->name, bytes, size);
    if (status >= 0)
        status = gni_onnx_index(f);
    if (status >= 0)
        status = gni_onnx_follow(f, &chain);
    return status >= 0 ? gni_onnx_build(&chain, out) : status;
}

gn_status gni_onnx_decode(gn_network **out, const void *bytes, size_t size, const char *name, char *note,
                          size_t capacity)
{
    gni_onnx_file f = { .name = name, .note = note, .capacity = note ? capacity : 0 };
    *out = NULL;
    if (f.capacity)
        *note = 0;
    gni_budget_open(&f.budget, size);
    gn_status status = decode(&f, out, bytes, size);
    gni_budget_close(&f.budget);
    if (status < 0 && f.capacity)
        *note = 0;
    return status;
}

gn_status gn_network_import_onnx(gn_network **out, const char *path, char *note, size_t capacity)
{
    uint8_t *bytes = NULL;
    size_t n = 0;
    if (note && capacity)
        *note = 0;
    if (!out)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_import_onnx: out is NULL");
    *out = NULL;
    if (!path)
        return gn_fail(GN_ERR_ARGUMENT, "gn_network_import_onnx: path is NULL");
    gn_status status = gni_read_file(path, &bytes, &n);
    if (status >= 0)
        status = gni_onnx_decode(out, bytes, n, path, note, capacity);
    gni_free(bytes);
    return status;
}
