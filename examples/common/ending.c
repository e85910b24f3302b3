/* What the ending of a file's name promises. */
#include "ending.h"
#include "complain.h"

#include <string.h>
#include <strings.h>

static const char *const written[] = { "safetensors", "CSV", "JSON", "HTML", "SVG, PNG or PDF" };

enum { NONE = -1 };

static const struct known { const char *ending, *format; int what; } known[] = {
    { ".safetensors", "safetensors", A_MODEL }, { ".csv", "CSV", A_TABLE },
    { ".json", "JSON", A_RECORD }, { ".html", "HTML", A_PAGE }, { ".htm", "HTML", A_PAGE },
    { ".svg", "SVG", A_PICTURE }, { ".png", "PNG", A_PICTURE }, { ".pdf", "PDF", A_PICTURE },
    { ".onnx", "ONNX", NONE }, { ".c", "C source", NONE }, { ".h", "C source", NONE },
    { ".pt", "PyTorch's format", NONE }, { ".pth", "PyTorch's format", NONE },
    { ".pkl", "a pickle", NONE }, { ".h5", "HDF5", NONE }, { ".hdf5", "HDF5", NONE },
    { ".keras", "Keras's format", NONE }, { ".tflite", "TensorFlow Lite", NONE },
    { ".gguf", "GGUF", NONE }, { ".npy", "NPY", NONE }, { ".npz", "NPZ", NONE },
    { ".xlsx", "Excel's format", NONE }, { ".parquet", "Parquet", NONE }, { ".jpg", "JPEG", NONE },
    { ".jpeg", "JPEG", NONE }, { ".gif", "GIF", NONE }, { ".eps", "PostScript", NONE },
    { ".ps", "PostScript", NONE }, { ".webp", "WebP", NONE }, { ".gz", "gzip", NONE },
    { ".zip", "zip", NONE }, { ".xz", "xz", NONE }, { ".md", "Markdown", NONE },
};

bool ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending);

    return n > k && path[n - k - 1] != '/' && strcasecmp(path + n - k, ending) == 0;
}

bool ending_fits(const char *option, const char *path, content what)
{
    for (size_t i = 0; path != NULL && i < sizeof known / sizeof known[0]; i++)
        if (known[i].what != (int)what && ends_in(path, known[i].ending)) {
            bool made = what == A_MODEL && (ends_in(path, ".onnx") || ends_in(path, ".c"));

            return complain("%s %s: the name promises %s, and what is written there is %s%s%s%s",
                            option, path, known[i].format, written[what], made ? "; '" : "",
                            made ? program_name : "", made ? " export' makes others of that" : "");
        }
    return true;
}
