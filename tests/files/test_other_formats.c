/* Files of another format: names whose ending promises it are not written, and bytes that are of it
 * are recognised by every reader. */
#include <unistd.h>
#include <gemmnet/files.h>
#include <gemmnet/idx.h>
#include <gemmnet/table.h>
#include "support.h"

/* ---- endings ---- */

typedef enum writer { SAVE, CHECKPOINT, TO_ONNX, TO_C } writer;

static gn_status write_as(writer w, gn_trainer *trainer, const gn_network *net, const char *path)
{
    return w == SAVE         ? gn_network_save(net, path)
           : w == CHECKPOINT ? gn_trainer_save(trainer, path)
           : w == TO_C       ? gn_network_export_c(net, path)
                             : gn_network_export_onnx(net, path);
}

static const struct { writer writer; const char *name, *says[2]; } endings[] = {
    { SAVE, "x.onnx", { "would hold safetensors", "gn_network_export_onnx" } },
    { SAVE, "x.ONNX", { "promises ONNX", "gn_network_export_onnx" } },
    { SAVE, "x.c", { "C source", "gn_network_export_c" } },
    { SAVE, "x.pt", { "PyTorch", "NAME.safetensors" } },
    { SAVE, "x.h5", { "HDF5", "NAME.safetensors" } },
    { SAVE, "x.keras", { "Keras", "" } },
    { SAVE, "x.csv", { "CSV", "" } },
    { SAVE, "x.npz", { "NPZ", "" } },
    { SAVE, "x.tar.gz", { "gzip", "" } },
    { SAVE, "x.pkl", { "a pickle", "call it NAME.safetensors" } },
    { SAVE, "x.pickle", { "a pickle", "call it NAME.safetensors" } },
    { SAVE, "x.joblib", { "a pickle", "call it NAME.safetensors" } },
    { SAVE, "x.mat", { "MATLAB", "call it NAME.safetensors" } },
    { SAVE, "x.pb", { "TensorFlow", "call it NAME.safetensors" } },
    { SAVE, "x.tflite", { "TensorFlow Lite", "call it NAME.safetensors" } },
    { SAVE, "x.svg", { "a picture", "call it NAME.safetensors" } },
    { SAVE, "x.png", { "a PNG picture", "call it NAME.safetensors" } },
    { SAVE, "x.jpg", { "a JPEG picture", "call it NAME.safetensors" } },
    { SAVE, "x.pdf", { "PDF", "call it NAME.safetensors" } },
    { SAVE, "x.npy", { "NPY", "call it NAME.safetensors" } },
    { SAVE, "x.json", { "JSON", "call it NAME.safetensors" } },
    { SAVE, "x.txt", { "promises text", "call it NAME.safetensors" } },
    { SAVE, "x.TXT", { "promises text", "call it NAME.safetensors" } },
    { SAVE, "x.yaml", { "settings", "call it NAME.safetensors" } },
    { SAVE, "x.xml", { "XML", "call it NAME.safetensors" } },
    { SAVE, "x.py", { "source of a program", "call it NAME.safetensors" } },
    { SAVE, "x.rds", { "data of R", "call it NAME.safetensors" } },
    { SAVE, "x.feather", { "Arrow", "call it NAME.safetensors" } },
    { SAVE, "x.tar", { "an archive", "call it NAME.safetensors" } },
    { SAVE, "x.html", { "a web page", "call it NAME.safetensors" } },
    { SAVE, "x.md", { "a document", "call it NAME.safetensors" } },
    { CHECKPOINT, "x.mat", { "MATLAB", "call it NAME.safetensors" } },
    { CHECKPOINT, "x.txt", { "promises text", "call it NAME.safetensors" } },
    { CHECKPOINT, "x.pth", { "gn_trainer_save", "PyTorch" } },
    { CHECKPOINT, "x.onnx", { "would hold safetensors", "ONNX" } },
    { TO_ONNX, "x.safetensors", { "would hold ONNX", "written by gn_network_save" } },
    { TO_ONNX, "x.pb", { "would hold ONNX", "call it NAME.onnx" } },
    { TO_ONNX, "x.svg", { "a picture", "call it NAME.onnx" } },
    { TO_ONNX, "x.joblib", { "a pickle", "call it NAME.onnx" } },
    { TO_ONNX, "x.json", { "JSON", "call it NAME.onnx" } },
    { TO_C, "x.svg", { "\"", "does not end in \".c\"" } },
    { TO_C, "x", { "\"", "does not end in \".c\"" } },
    { TO_C, "x.C", { "\"", "does not end in \".c\"" } },
    { TO_ONNX, "x.h5", { "HDF5", "NAME.onnx" } },
    { SAVE, "x.safetensors", { NULL } },
    { SAVE, "x", { NULL } },
    { SAVE, ".onnx.bin", { NULL } },
    { SAVE, "x.", { NULL } },
    { SAVE, "x.on", { NULL } },
    { SAVE, "x.bin", { NULL } },
    { SAVE, "x.weights", { NULL } },
    { SAVE, "x.v2", { NULL } },
    { SAVE, "x.pickled", { NULL } },
    { CHECKPOINT, "x.ckpt", { NULL } },
    { CHECKPOINT, "x.safetensors", { NULL } },
    { TO_ONNX, "x.onnx", { NULL } },
    { TO_ONNX, "x.model", { NULL } },
};

static bool is_left_out(gn_status status)
{
    return status == GN_ERR_UNSUPPORTED && strstr(gn_error_message(), "built without");
}

static void test_endings(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    gn_trainer *trainer = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error });
    (void)state;
    for (size_t i = 0; i < COUNT(endings); i++) {
        const char *path = in_folder(endings[i].name);
        gn_status status = write_as(endings[i].writer, trainer, net, path);
        if (is_left_out(status))
            continue;
        if (endings[i].says[0]) {
            CHECK_STATUS(status, GN_ERR_ARGUMENT);
            CHECK(strstr(gn_error_message(), endings[i].says[0]) &&
                      strstr(gn_error_message(), endings[i].says[1]) &&
                      strstr(gn_error_message(), path),
                  "%s: %s", path, gn_error_message());
            CHECK(access(path, F_OK) != 0, "%s was written", path);
        } else {
            CHECK_OK(status);
            CHECK(unlink(path) == 0, "%s is not there", path);
        }
    }
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
}

/* ---- first bytes ---- */

typedef enum reader {
    MODEL,
    WEIGHTS,
    RESUME,
    FROM_ONNX,
    FROM_IDX,
    FROM_NPY,
    FROM_CSV,
    READERS
} reader;

static gn_status read_as(reader r, gn_network *net, gn_trainer *trainer, const char *path)
{
    gn_network *out = NULL;
    gn_idx idx = { 0 };
    gn_npy npy = { 0 };
    gn_csv csv = { 0 };
    gn_status status;
    switch (r) {
    case MODEL: status = gn_network_load(&out, path, NULL); break;
    case WEIGHTS: status = gn_network_load_weights(net, path); break;
    case RESUME: status = gn_trainer_resume(trainer, path); break;
    case FROM_ONNX: status = gn_network_import_onnx(&out, path, NULL, 0); break;
    case FROM_IDX: status = gn_idx_read(&idx, path); break;
    case FROM_NPY: status = gn_npy_read(&npy, path); break;
    default: status = gn_csv_read(&csv, path, NULL);
    }
    gn_network_destroy(out);
    gn_idx_free(&idx);
    gn_npy_free(&npy);
    gn_csv_free(&csv);
    return status;
}

#define BYTES(text) text, sizeof text - 1
#define EVERY ((1u << READERS) - 1)
#define ZIP(name) "PK\3\4\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0" name

static const struct { const char *bytes; size_t n; const char *says; unsigned readers;
} kinds[] = {
    { BYTES(ZIP("\x10\0\0\0archive/data.pkl")), "save_file(model.state_dict()", EVERY },
    { BYTES("\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.\0\0"), "save_file(model.state_dict()",
      EVERY },
    { BYTES("\x89HDF\r\n\x1a\n\0\0\0\0"), "gn_network_import_onnx", EVERY },
    { BYTES(ZIP("\x0d\0\0\0metadata.json")), "Keras", EVERY },
    { BYTES(ZIP("\x05\0\0\0a.npy")), "NPZ", EVERY },
    { BYTES(ZIP("\x13\0\0\0[Content_Types].xml")), "save its sheet as CSV", EVERY },
    { BYTES(ZIP("\x05\0\0\0a.txt")), "a zip archive", EVERY },
    { BYTES("PK\3\4\0"), "a zip archive", EVERY },
    { BYTES("\x1f\x8b\x08\0\0\0\0\0\0\3"), "gzip -d", EVERY },
    { BYTES("GGUF\3\0\0\0\0\0\0\0"), "GGUF", EVERY },
    { BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "a PNG picture", EVERY },
    { BYTES("PAR1\x15\0\x15"), "read_parquet", EVERY },
    { BYTES("\x93NUMPY\1\0\x76\0{'descr'"), "gn_npy_read", EVERY & ~(1u << FROM_NPY) },
    { BYTES("\x93NUMPY\1\0\x76\0{'descr'"), "cut within the header", 1u << FROM_NPY },
    { BYTES("\0\0\x08\1\0\0\0\2ab"), "gn_idx_read", EVERY & ~(1u << FROM_IDX) },
    { BYTES("\x08\7\x12\7pytorch\0"), "gn_network_import_onnx", EVERY & ~(1u << FROM_ONNX) },
    { BYTES("\x30\0\0\0\0\0\0\0{\"0.weight\""), "gn_network_load reads", EVERY & ~(7u) },
    { BYTES("a,b\n1,2\n3,4\n"), "gn_csv_read", EVERY & ~(1u << FROM_CSV) },
    { BYTES("<!DOCTYPE html><html>"), "a server may have sent it", EVERY & ~(1u << FROM_CSV) },
    { BYTES("version https://git-lfs.github.com/spec/v1\n"), "git lfs pull",
      EVERY & ~(1u << FROM_CSV) },
    { BYTES("MATLAB 5.0 MAT-file, Platform: GLNXA64"), "scipy.io.loadmat",
      EVERY & ~(1u << FROM_CSV) },
    { BYTES(""), "the file is empty", EVERY & ~(1u << FROM_CSV) },
};

static void test_first_bytes(void **state)
{
    gn_network *net = NETWORK(2, 1, { .units = 1 });
    gn_trainer *trainer = make_trainer(net, (gn_train_options){ .loss = &gn_squared_error });
    const char *path = in_folder("it");
    (void)state;
    for (size_t i = 0; i < COUNT(kinds); i++) {
        FILE *file = fopen(path, "wb");
        CHECK(file && fwrite(kinds[i].bytes, 1, kinds[i].n, file) == kinds[i].n &&
                  fclose(file) == 0,
              "%s", path);
        for (int r = 0; r < READERS; r++) {
            gn_status status = read_as((reader)r, net, trainer, path);
            if (!(kinds[i].readers & 1u << r) || is_left_out(status))
                continue;
            CHECK_STATUS(status, GN_ERR_FORMAT);
            CHECK(strstr(gn_error_message(), kinds[i].says) && strstr(gn_error_message(), path),
                  "kind %zu, reader %d: %s", i, r, gn_error_message());
        }
    }
    CHECK(unlink(path) == 0, "%s", path);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_endings),
                                        cmocka_unit_test(test_first_bytes) };
    return cmocka_run_group_tests(tests, make_group_folder, remove_group_folder);
}
