/* What kind of file is it? By the ending of its name, which promises a format; and by its first bytes,
 * for the message to somebody who has brought another kind. */
#include <string.h>
#include <strings.h>
#include "files/files.h"

/* ---- formats without a mark of their own ---- */

static bool is_safetensors(const uint8_t *bytes, size_t n)
{
    return n > 8 && bytes[8] == '{' && bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] == 0;
}

/* A protobuf message whose first field is ir_version, a small number; the tag of another field follows:
 * producer_name to doc_string, graph, or opset_import. */
static bool is_onnx(const uint8_t *bytes, size_t n)
{
    return n > 2 && bytes[0] == 0x08 && bytes[1] >= 1 && bytes[1] < 32 && memchr("\x12\x1a\x22\x2a\x32\x3a\x42",
                                                                               bytes[2], 7);
}

static bool is_idx(const uint8_t *bytes, size_t n)
{
    return n > 3 && bytes[0] == 0 && bytes[1] == 0 && bytes[2] >= 8 && bytes[2] <= 14 && bytes[3] >= 1 && bytes[3] <= 4;
}

/* A zip's first file, whose name begins at byte 30. PyTorch's is NAME/data.pkl. */
static bool zip_has(const uint8_t *bytes, size_t n, const char *name)
{
    const size_t length = n > 30 && memcmp(bytes, "PK\3\4", 4) == 0 ? bytes[26] + 256u * bytes[27] : 0;
    const size_t k = strlen(name), end = length < n - 30 ? length : n - 30;
    for (size_t i = 0; length && i + k <= end; i++)
        if (memcmp(bytes + 30 + i, name, k) == 0)
            return true;
    return false;
}

static bool is_torch(const uint8_t *bytes, size_t n)
{
    return zip_has(bytes, n, "data.pkl") || (n > 2 && bytes[0] == 0x80 && bytes[1] >= 2 && bytes[1] <= 5);
}

static bool is_npz(const uint8_t *bytes, size_t n)
{
    return zip_has(bytes, n, ".npy");
}

static bool is_keras(const uint8_t *bytes, size_t n)
{
    return zip_has(bytes, n, "metadata.json") || zip_has(bytes, n, "config.json");
}

static bool is_excel(const uint8_t *bytes, size_t n)
{
    return zip_has(bytes, n, "[Content_Types].xml") || zip_has(bytes, n, "_rels/") || zip_has(bytes, n, "xl/");
}

static bool is_web_page(const uint8_t *bytes, size_t n)
{
    return (n > 9 && strncasecmp((const char *)bytes, "<!doctype", 9) == 0) ||
           (n > 5 && strncasecmp((const char *)bytes, "<html", 5) == 0);
}

/* In UTF-8 or another code that holds ASCII, of which the most part is. */
static bool is_text(const uint8_t *bytes, size_t n)
{
    size_t ascii = 0, i = 0;
    for (; i < n && (bytes[i] >= ' ' || strchr("\t\n\r", bytes[i])) && bytes[i] != 127 && bytes[i]; i++)
        ascii += bytes[i] < 128;
    return i == n && 2 * ascii > n;
}

/* ---- the table ---- */

typedef struct format {
    const char *name, *endings; /* the endings with spaces around each */
    const char *mark;           /* its first bytes; NULL: is() knows it, and if that is NULL, nobody */
    bool (*is)(const uint8_t *bytes, size_t n);
    const char *writer;         /* a function of ours that writes it */
    const char *remedy;         /* for who has such a file, and needs another */
} format;

#define TORCH "in Python, 'from safetensors.torch import save_file' and 'save_file(model.state_dict(), " \
              "\"model.safetensors\")' make weights for gn_network_load_weights of it"
#define KERAS "in Python, 'model.export(\"model.onnx\", format=\"onnx\")' of Keras 3 (or tf2onnx) makes a file for " \
              "gn_network_import_onnx of it"

/* The first are in the order of gni_kind. Text comes last: much else begins with letters. */
static const format formats[] = {
    [GNI_SAFETENSORS] = { "safetensors", " safetensors ", NULL, is_safetensors, "gn_network_save",
                          "gn_network_load reads it" },
    [GNI_ONNX] = { "ONNX", " onnx ", NULL, is_onnx, "gn_network_export_onnx", "gn_network_import_onnx reads it" },
    [GNI_IDX] = { "IDX", " ", NULL, is_idx, NULL, "gn_idx_read reads it" },
    [GNI_NPY] = { "NPY", " npy ", "\x93NUMPY", NULL, NULL, "gn_npy_read reads it" },
    [GNI_CSV] = { "CSV", " csv tsv ", NULL, NULL, NULL, "gn_csv_read reads it" },
    { "C source", " c h ", NULL, NULL, "gn_network_export_c", NULL },
    { "a pickle (of PyTorch)", " pt pth pkl ", NULL, is_torch, NULL, TORCH },
    { "an archive of Keras", " keras ", NULL, is_keras, NULL, KERAS },
    { "HDF5", " h5 hdf5 ", "\x89HDF", NULL, NULL, KERAS },
    { "NPZ", " npz ", NULL, is_npz, NULL, "in Python, 'numpy.save(\"x.npy\", numpy.load(\"x.npz\")[\"NAME\"])' takes "
      "an array out of it" },
    { "an Excel workbook", " xlsx xls ", NULL, is_excel, NULL, "save its sheet as CSV" },
    { "an old Excel workbook", " ", "\xd0\xcf\x11\xe0", NULL, NULL, "save its sheet as CSV" },
    { "Parquet", " parquet ", "PAR1", NULL, NULL, "in Python, pandas.read_parquet(\"x\").to_csv(\"x.csv\", "
      "index=False) makes CSV of it" },
    { "a zip archive", " zip ", "PK\3\4", NULL, NULL, "unpack it first" },
    { "gzip", " gz tgz ", "\x1f\x8b", NULL, NULL, "unpack it first: gzip -d" },
    { "xz", " xz ", "\xfd" "7zXZ", NULL, NULL, "unpack it first: xz -d" },
    { "bzip2", " bz2 ", "BZh", NULL, NULL, "unpack it first: bzip2 -d" },
    { "Zstandard", " zst ", "\x28\xb5\x2f\xfd", NULL, NULL, "unpack it first: zstd -d" },
    { "GGUF", " gguf ", "GGUF", NULL, NULL, "such models are not read" },
    { "TensorFlow Lite", " tflite ", NULL, NULL, NULL, NULL },
    { "a PNG picture", " png ", "\x89PNG", NULL, NULL, "it holds neither a network nor a table" },
    { "a JPEG picture", " jpg jpeg ", "\xff\xd8\xff", NULL, NULL, "it holds neither a network nor a table" },
    { "PDF", " pdf ", "%PDF", NULL, NULL, "it holds neither a network nor a table" },
    { "a program", " so exe ", "\x7f" "ELF", NULL, NULL, "it holds neither a network nor a table" },
    { "a note of Git LFS", " ", "version https://git-lfs", NULL, NULL, "'git lfs pull' brings the file itself" },
    { "a web page", " html htm ", NULL, is_web_page, NULL, "a server may have sent it instead of the file" },
    { "JSON", " json ", "{", NULL, NULL, "networks are read from safetensors and ONNX" },
    { "text", " ", NULL, is_text, NULL, "gn_csv_read reads tables" },
};

enum { N_FORMATS = sizeof formats / sizeof formats[0] };

/* ---- endings ---- */

static bool has_ending(const format *f, const char *ending)
{
    const size_t n = strlen(ending);
    for (const char *at = f->endings; (at = strchr(at, ' ')) && *++at;)
        if (strncasecmp(at, ending, n) == 0 && at[n] == ' ')
            return true;
    return false;
}

gn_status gni_check_ending(const char *who, const char *path, gni_kind kind)
{
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; dot && dot[1] && i < N_FORMATS; i++)
        if (i != (size_t)kind && has_ending(&formats[i], dot + 1))
            return gn_fail(GN_ERR_ARGUMENT, "%s: %s: it would hold %s, and its ending promises %s%s%s", who, path,
                           formats[kind].name, formats[i].name, formats[i].writer ? ", which is written by "
                           : kind == GNI_ONNX ? ": call it NAME.onnx" : ": call it NAME.safetensors",
                           formats[i].writer ? formats[i].writer : "");
    return GN_OK;
}

/* ---- first bytes ---- */

static bool begins_as(const format *f, const uint8_t *bytes, size_t n)
{
    const size_t k = f->mark ? strlen(f->mark) : 0;
    return k ? n >= k && memcmp(bytes, f->mark, k) == 0 : f->is && f->is(bytes, n);
}

gn_status gni_recognise(gn_status status, gni_kind kind, const char *name, const void *bytes, size_t n)
{
    const uint8_t *first = bytes;
    const size_t some = n < GNI_FIRST_BYTES ? n : GNI_FIRST_BYTES;
    if (status != GN_ERR_FORMAT || begins_as(&formats[kind], first, some) || (kind == GNI_CSV && is_text(first, some)))
        return status;
    if (n == 0)
        return gn_fail(status, "%s: no %s: the file is empty", name, formats[kind].name);
    for (size_t i = 0; i < N_FORMATS; i++)
        if (begins_as(&formats[i], first, some))
            return gn_fail(status, "%s: no %s but %s: %s", name, formats[kind].name, formats[i].name,
                           formats[i].remedy);
    return status;
}

gn_status gni_recognise_input(gn_status status, gni_kind kind, const gni_input *in)
{
    uint8_t bytes[GNI_FIRST_BYTES];
    const size_t n = in->size < sizeof bytes ? in->size : sizeof bytes;
    if (status != GN_ERR_FORMAT)
        return status;
    return gni_input_read(in, 0, bytes, n) < 0 ? GN_ERR_IO : gni_recognise(status, kind, in->name, bytes, n);
}
