/* Models as files: the network as safetensors, or from ONNX; and training as a checkpoint. */
#include "mnist.h"

#include <errno.h>
#include <gemmnet/files.h>
#include <string.h>
#include <unistd.h>

static bool ends_in(const char *path, const char *ending)
{
    size_t n = strlen(path), m = strlen(ending);

    return n >= m && strcmp(path + n - m, ending) == 0;
}

/* ---- networks -------------------------------------------------------------------- */

bool model_save(const gn_network *net, const char *path)
{
    return path == NULL || worked(gn_network_save(net, path));
}

bool model_load(gn_network **net, const char *path)
{
    char note[512];

    if (!ends_in(path, ".onnx"))
        return worked(gn_network_load(net, path, NULL));
    if (!worked(gn_network_import_onnx(net, path, note, sizeof note)))
        return false;
    if (*note != '\0')
        complain("%s", note);
    return true;
}

bool model_export(const gn_network *net, const char *path)
{
    if (ends_in(path, ".c"))
        return worked(gn_network_export_c(net, path));
    if (ends_in(path, ".onnx"))
        return worked(gn_network_export_onnx(net, path));
    if (ends_in(path, ".safetensors"))
        return worked(gn_network_save(net, path));
    return complain("%s: its name ends neither in .onnx nor in .c", path);
}

/* A network that takes these images and tells ten digits apart. */
bool model_fits(const gn_network *net, size_t inputs, const char *path)
{
    gn_shape in = gn_network_input(net), out = gn_network_output(net);
    size_t takes = in.channels * in.height * in.width, gives = out.channels * out.height * out.width;

    if (takes == inputs && gives == CLASSES)
        return true;
    return complain("%s: the network takes %zu numbers and gives %zu, the images have %zu pixels and %d "
                    "classes", path, takes, gives, inputs, CLASSES);
}

/* ---- checkpoints ------------------------------------------------------------------- */

/* The first that fails is complained of; training goes on, and the next is tried. */
void checkpoint_save(checkpoint *c)
{
    if (c->path == NULL || gn_trainer_save(c->trainer, c->path) >= 0)
        return;
    if (!c->failed)
        worked(GN_ERR_IO);
    c->failed = true;
}

void checkpoint_step(checkpoint *c, const gn_progress *at, bool last)
{
    if (last || (c->every != 0 && at->step % c->every == 0))
        checkpoint_save(c);
}

void checkpoint_epoch(checkpoint *c, bool last)
{
    if (last || c->every == 0)
        checkpoint_save(c);
}

bool checkpoint_resume(checkpoint *c, const settings *s)
{
    gn_status status;

    if (!s->resume)
        return true;
    if (access(c->path, F_OK) != 0 && errno == ENOENT) {
        if (!s->quiet)
            printf("%s: there is no checkpoint yet, training starts afresh\n", c->path);
        return true;
    }
    status = gn_trainer_resume(c->trainer, c->path);
    c->complete = status == GN_STOPPED;
    if (status >= 0 && !s->quiet)
        printf(c->complete ? "%s: this training is complete\n" : "%s: training goes on\n", c->path);
    return worked(status);
}
