/* Learns to read MNIST's handwritten digits, and says how many of the test images it reads right.
 * FOLDER holds the four files, uncompressed: sh examples/fetch_mnist.sh FOLDER brings them.
 *
 *     cc digits.c $(pkg-config --cflags --libs gemmnet) -o digits
 *     ./digits FOLDER digits.safetensors      # without a second name the network is not saved */
#include <stdio.h>
#include <stdlib.h>
#include <gemmnet/files.h>
#include <gemmnet/idx.h>
#include <gemmnet/layer.h>

static gn_status read_file(gn_idx *out, const char *folder, const char *set, const char *what)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s-%s-ubyte", folder, set, what) >= (int)sizeof path)
        return gn_fail(GN_ERR_ARGUMENT, "%s: this name is too long", folder);
    return gn_idx_read(out, path);
}

/* Images stay the bytes that they are; labels become the numbers of classes, 0 to 9. */
static gn_status read_set(gn_idx *images, int32_t **labels, const char *folder, const char *set)
{
    gn_idx file = { 0 };
    gn_status status = read_file(images, folder, set, "images-idx3");
    if (status >= 0) status = read_file(&file, folder, set, "labels-idx1");
    const size_t n = file.matrix.rows, rows = images->matrix.rows;
    if (status >= 0 && n != rows)
        status = gn_fail(GN_ERR_SHAPE, "%s: %zu labels of %s for %zu images", folder, n, set, rows);
    if (status >= 0 && (*labels = malloc(n * sizeof **labels)) == NULL)
        status = gn_fail(GN_ERR_MEMORY, "no memory for %zu labels", n);
    if (status >= 0) status = gn_idx_labels(&file, 10, *labels);
    gn_idx_free(&file);
    return status;
}

/* Trains, tests, and saves the network as the file model, unless that is NULL. */
static gn_status learn(const gn_data *train, const gn_data *test, const char *model)
{
    const gn_layer_spec layers[] = { { .units = 128, .activation = &gn_relu },
                                     { .units = 10, .activation = &gn_softmax } };
    const gn_train_options options = {
        .loss = &gn_softmax_cross_entropy, .schedule = gn_cosine(3e-3, 0), .weight_decay = 0.03,
        .batch = 128, .epochs = 10, .seed = 1,
    };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;
    gn_context *ctx = NULL;
    gn_score score;

    gn_status status = gn_network_create(&net, gn_vector(train->x.cols), layers, 2, 1);
    if (status >= 0) status = gn_trainer_create(&trainer, net, &options);
    if (status >= 0) status = gn_trainer_fit(trainer, train, NULL);
    if (status >= 0) status = gn_context_create(&ctx, net, NULL);
    if (status >= 0) status = gn_evaluate(ctx, test, options.loss, &score);
    if (status >= 0 && model != NULL) status = gn_network_save(net, model);
    if (status >= 0)
        printf("%.2f %% of %zu test images are read right\n", 100 * score.accuracy, test->x.rows);
    gn_context_destroy(ctx);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3)
        return fprintf(stderr, "usage: digits FOLDER [MODEL.safetensors]\n"), 2;
    gn_idx train = { 0 }, test = { 0 };
    int32_t *labels[2] = { NULL, NULL };
    gn_status status = read_set(&train, &labels[0], argv[1], "train");
    if (status >= 0) status = read_set(&test, &labels[1], argv[1], "t10k");
    if (status >= 0)
        status = learn(&(gn_data){ .x = train.matrix, .labels = labels[0] },
                       &(gn_data){ .x = test.matrix, .labels = labels[1] }, argv[2]);
    if (status < 0) fprintf(stderr, "digits: %s\n", gn_error_message());
    gn_idx_free(&train), gn_idx_free(&test);
    free(labels[0]), free(labels[1]);
    return status < 0;
}
