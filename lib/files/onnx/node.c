/* A node's parts, any of which a file may leave out. */
#include <string.h>
#include "files/onnx/parts.h"

/* (No operator of ai.onnx.ml has the name of one of ai.onnx.) */
bool gni_onnx_is(const gni_onnx_node *node, const char *op)
{
    const char *domain = node->domain ? node->domain : "";
    return node->op_type && strcmp(node->op_type, op) == 0 &&
           (*domain == 0 || strcmp(domain, "ai.onnx") == 0 || strcmp(domain, "ai.onnx.ml") == 0);
}

const char *gni_onnx_input(const gni_onnx_node *node, size_t i)
{
    return i < node->n_input ? node->input[i] : "";
}

const char *gni_onnx_output(const gni_onnx_node *node)
{
    return node->n_output ? node->output[0] : "";
}

const gni_onnx_attribute *gni_onnx_attribute_of(const gni_onnx_node *node, const char *name)
{
    for (size_t i = 0; i < node->n_attribute; i++)
        if (node->attribute[i]->name && strcmp(node->attribute[i]->name, name) == 0)
            return node->attribute[i];
    return NULL;
}

double gni_onnx_float(const gni_onnx_node *node, const char *name, double otherwise)
{
    const gni_onnx_attribute *a = gni_onnx_attribute_of(node, name);
    return a ? (double)a->f : otherwise;
}

int64_t gni_onnx_int(const gni_onnx_node *node, const char *name, int64_t otherwise)
{
    const gni_onnx_attribute *a = gni_onnx_attribute_of(node, name);
    return a ? a->i : otherwise;
}
