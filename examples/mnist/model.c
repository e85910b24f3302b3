/* Networks as files: what kind a file is, and in and out with it. */
#include "mnist.h"
#include "common/ending.h"

#include <gemmnet/layer.h>
#include <string.h>
#include <sys/stat.h>

model_kind model_kind_of_name(const char *path)
{
    return ends_in(path, ".safetensors") ? SAFETENSORS
         : ends_in(path, ".onnx")        ? ONNX
         : ends_in(path, ".c")           ? C_SOURCE
                                         : UNKNOWN_KIND;
}

/* safetensors begins with eight bytes of a length and then JSON; ONNX with its version, which
 * is the first field of a protobuf message. (Opening a pipe would wait for a writer.) */
static model_kind kind_of_bytes(const char *path)
{
    unsigned char bytes[9] = { 0 };
    struct stat info;
    FILE *file = stat(path, &info) == 0 && S_ISREG(info.st_mode) ? fopen(path, "rb") : NULL;
    size_t n = file != NULL ? fread(bytes, 1, sizeof bytes, file) : 0;

    if (file != NULL)
        fclose(file);
    if (n == sizeof bytes && bytes[8] == '{')
        return SAFETENSORS;
    return n > 0 && bytes[0] == 0x08 ? ONNX : UNKNOWN_KIND;
}

static bool import_onnx(gn_network **out, const char *path)
{
    char note[512];

    if (!worked(gn_network_import_onnx(out, path, note, sizeof note)))
        return false;
    if (*note != '\0')
        complain("%s: %s", path, note);
    return true;
}

bool model_load(gn_network **out, const char *path)
{
    model_kind kind = kind_of_bytes(path);

    if (kind == UNKNOWN_KIND) /* neither, or not there: then too the library finds the words */
        kind = model_kind_of_name(path);
    return kind == ONNX ? import_onnx(out, path) : worked(gn_network_load(out, path, NULL));
}

bool model_save(const gn_network *net, const char *path)
{
    switch (model_kind_of_name(path)) {
    case ONNX:     return worked(gn_network_export_onnx(net, path));
    case C_SOURCE: return worked(gn_network_export_c(net, path));
    default:       return worked(gn_network_save(net, path));
    }
}

/* What train has noted, if nothing else was asked for; other programs note nothing. */
static void choose_dataset(settings *s, const gn_network *net)
{
    const char *noted = gn_network_note(net, "dataset");

    for (int i = 0; s->recipe.dataset < 0 && noted != NULL && dataset_names[i] != NULL; i++)
        if (strcmp(dataset_names[i], noted) == 0)
            s->recipe.dataset = i;
    if (s->recipe.dataset < 0)
        s->recipe.dataset = MNIST;
}

static bool fits(const settings *s, const gn_network *net, const dataset *d)
{
    size_t inputs = gn_size(gn_network_input(net)), outputs = gn_size(gn_network_output(net));

    if (inputs != d->test.idx.matrix.cols)
        return complain("%s takes %zu inputs, an image has %zu pixels", s->model, inputs,
                        d->test.idx.matrix.cols);
    return outputs == CLASSES || complain("%s has %zu outputs, and digits are %d", s->model,
                                          outputs, CLASSES);
}

bool model_load_with_images(gn_network **out, dataset *d, settings *s)
{
    if (!model_load(out, s->model))
        return false;
    choose_dataset(s, *out);
    return dataset_load(d, s->recipe.dataset, s->recipe.data, true) && fits(s, *out, d);
}
