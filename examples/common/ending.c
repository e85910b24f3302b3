/* What the ending of a file's name promises. */
#include "ending.h"
#include "complain.h"

#include <string.h>
#include <strings.h>

static const char *const written[] = { "safetensors", "CSV", "JSON", "HTML", "SVG, PNG or PDF" };

enum { NONE = -1 };

static const struct known { const char *ending, *format; int what; } known[] = {
    { ".safetensors", "safetensors", A_MODEL },
    { ".csv", "CSV", A_TABLE },
    { ".json", "JSON", A_RECORD },
    { ".html", "HTML", A_PAGE },
    { ".htm", "HTML", A_PAGE },
    { ".svg", "SVG", A_PICTURE },
    { ".png", "PNG", A_PICTURE },
    { ".pdf", "PDF", A_PICTURE },
    { ".onnx", "ONNX", NONE },
    { ".c", "C source", NONE },
    { ".h", "C source", NONE },
    { ".pt", "PyTorch's format", NONE },
    { ".pth", "PyTorch's format", NONE },
    { ".pkl", "a pickle", NONE },
    { ".h5", "HDF5", NONE },
    { ".hdf5", "HDF5", NONE },
    { ".keras", "Keras's format", NONE },
    { ".tflite", "TensorFlow Lite", NONE },
    { ".gguf", "GGUF", NONE },
    { ".npy", "NPY", NONE },
    { ".npz", "NPZ", NONE },
    { ".xlsx", "Excel's format", NONE },
    { ".parquet", "Parquet", NONE },
    { ".jpg", "JPEG", NONE },
    { ".jpeg", "JPEG", NONE },
    { ".gif", "GIF", NONE },
    { ".eps", "PostScript", NONE },
    { ".ps", "PostScript", NONE },
    { ".webp", "WebP", NONE },
    { ".pickle", "a pickle", NONE },
    { ".joblib", "a pickle", NONE },
    { ".dill", "a pickle", NONE },
    { ".mat", "MATLAB's format", NONE },
    { ".pb", "TensorFlow's graph", NONE },
    { ".bmp", "BMP", NONE },
    { ".tif", "TIFF", NONE },
    { ".tiff", "TIFF", NONE },
    { ".xml", "XML", NONE },
    { ".pmml", "PMML", NONE },
    { ".mlmodel", "Core ML", NONE },
    { ".feather", "Arrow", NONE },
    { ".arrow", "Arrow", NONE },
    { ".rds", "R's format", NONE },
    { ".rdata", "R's format", NONE },
    { ".yaml", "YAML", NONE },
    { ".yml", "YAML", NONE },
    { ".toml", "TOML", NONE },
    { ".py", "a program", NONE },
    { ".ipynb", "a notebook", NONE },
    { ".so", "a program", NONE },
    { ".exe", "a program", NONE },
    { ".tar", "tar", NONE },
    { ".tgz", "gzip", NONE },
    { ".7z", "7z", NONE },
    { ".bz2", "bzip2", NONE },
    { ".zst", "Zstandard", NONE },
    { ".xls", "Excel's format", NONE },
    { ".gz", "gzip", NONE },
    { ".zip", "zip", NONE },
    { ".xz", "xz", NONE },
    { ".md", "Markdown", NONE },
};

/* Of text and of other programs: the library writes no network there, which is better said before
 * it is trained than after. */
static const char *const no_models[] = {
    ".txt",    ".log",     ".tsv", ".tab",  ".jsonl", ".idx",  ".pbtxt", ".rda",  ".db",
    ".sqlite", ".sqlite3", ".doc", ".docx", ".odt",   ".ods",  ".ppt",   ".pptx", ".rtf",
    ".tex",    ".ini",     ".cfg", ".conf", ".m",     ".r",    ".jl",    ".js",   ".ts",
    ".sh",     ".cc",      ".cpp", ".cxx",  ".hh",    ".hpp",  ".rs",    ".go",   ".java",
    ".rar",    ".o",       ".a",   ".dll",  ".dylib", ".wasm",
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
    for (size_t i = 0;
         path != NULL && what == A_MODEL && i < sizeof no_models / sizeof no_models[0]; i++)
        if (ends_in(path, no_models[i]))
            return complain(
                "%s %s: what is written there is safetensors, and %s promises something else",
                option, path, no_models[i]);
    return true;
}
