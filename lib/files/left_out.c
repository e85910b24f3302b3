/* What stands for the formats whose library was not there when this one was built. */
#include "files/files.h"

#if !defined(GNI_HAVE_JANSSON) || !defined(GNI_HAVE_PROTOBUF)
static gn_status left_out(const char *who, const char *library)
{
    return gn_fail(GN_ERR_UNSUPPORTED, "%s: gemmnet was built without %s", who, library);
}
#endif

#ifndef GNI_HAVE_JANSSON
gn_status gn_network_encode(const gn_network *net, void *bytes, size_t capacity, size_t *size)
{
    (void)net; (void)bytes; (void)capacity; (void)size;
    return left_out("gn_network_encode", "jansson");
}

gn_status gn_network_decode(gn_network **out, const void *bytes, size_t size, const gn_own_parts *own)
{
    (void)bytes; (void)size; (void)own;
    if (out)
        *out = NULL;
    return left_out("gn_network_decode", "jansson");
}

gn_status gn_network_save(const gn_network *net, const char *path)
{
    (void)net; (void)path;
    return left_out("gn_network_save", "jansson");
}

gn_status gn_network_load(gn_network **out, const char *path, const gn_own_parts *own)
{
    (void)path; (void)own;
    if (out)
        *out = NULL;
    return left_out("gn_network_load", "jansson");
}

gn_status gn_network_load_weights(gn_network *net, const char *path)
{
    (void)net; (void)path;
    return left_out("gn_network_load_weights", "jansson");
}

gn_status gn_trainer_save(const gn_trainer *trainer, const char *path)
{
    (void)trainer; (void)path;
    return left_out("gn_trainer_save", "jansson");
}

gn_status gn_trainer_resume(gn_trainer *trainer, const char *path)
{
    (void)trainer; (void)path;
    return left_out("gn_trainer_resume", "jansson");
}
#endif

#ifndef GNI_HAVE_PROTOBUF
gn_status gn_network_export_onnx(const gn_network *net, const char *path)
{
    (void)net; (void)path;
    return left_out("gn_network_export_onnx", "protobuf-c");
}

gn_status gn_network_import_onnx(gn_network **out, const char *path, char *note, size_t capacity)
{
    (void)path;
    if (out)
        *out = NULL;
    if (note && capacity)
        *note = 0;
    return left_out("gn_network_import_onnx", "protobuf-c");
}
#endif
