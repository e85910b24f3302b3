/* A layer type of your own: each input has a scale, y = s * x, which is learned. It comes before a
 * dense layer, and finds which of three inputs is measured in other units.
 *
 *     cc custom_layer.c $(pkg-config --cflags --libs gemmnet) -o custom_layer
 *     ./custom_layer */
#include <stdio.h>
#include <gemmnet/layer.h>

static gn_status plan(gn_layer *self)
{
    if (gn_size(self->out) != gn_size(self->in))
        return gn_fail(GN_ERR_SHAPE, "scale: %zu units after %zu", gn_size(self->out),
                       gn_size(self->in));
    if (!gn_same_activation(&self->activation, &gn_identity))
        return gn_fail(GN_ERR_UNSUPPORTED, "scale: no activation %s here", self->activation.name);
    self->tensors[0] = (gn_tensor){ .name = "scale", .rank = 1, .dims = { gn_size(self->out) } };
    self->n_tensors = 1;
    return GN_OK;
}

static void init(const gn_layer *self, gn_real *s, uint64_t seed)
{
    (void)seed;
    for (size_t j = 0; j < self->n_params; j++)
        s[j] = 1;
}

static void forward(const gn_layer *self, const gn_pass *p)
{
    for (size_t r = 0; r < p->rows; r++)
        for (size_t j = 0; j < self->n_params; j++)
            p->y[r * p->y_stride + j] = p->params[j] * p->x[r * p->x_stride + j];
}

/* ds_j = beta ds_j + sum_r dy_rj x_rj, and dx_rj = dy_rj s_j */
static void backward(const gn_layer *self, const gn_pass *p)
{
    for (size_t j = 0; p->dparams && j < self->n_params; j++) {
        gn_real sum = 0;
        for (size_t r = 0; r < p->rows; r++)
            sum += p->dy[r * p->y_stride + j] * p->x[r * p->x_stride + j];
        p->dparams[j] = p->beta == 0 ? sum : p->beta * p->dparams[j] + sum;
    }
    for (size_t r = 0; p->dx && r < p->rows; r++)
        for (size_t j = 0; j < self->n_params; j++)
            p->dx[r * p->dx_stride + j] = p->dy[r * p->y_stride + j] * p->params[j];
}

static const gn_layer_type scale = {
    .name = "scale", .plan = plan, .init = init, .forward = forward, .backward = backward,
};

int main(void)
{
    enum { N = 64 };
    gn_real x[N][3], y[N];
    for (int i = 0; i < N; i++) {
        x[i][0] = (gn_real)(i % 4) / 4;
        x[i][1] = (gn_real)(i / 4 % 4) / 4;
        x[i][2] = (gn_real)(i / 16) / 4;
        y[i] = x[i][0] - 2 * x[i][1] + 8 * x[i][2];
    }
    const gn_layer_spec layers[] = { { .type = &scale }, { .units = 1 } };
    const gn_train_options options = {
        .loss = &gn_squared_error, .schedule = gn_constant(0.02), .batch = 16, .epochs = 300,
    };
    const gn_data data = { .x = { .data = x, .rows = N, .cols = 3 },
                           .y = { .data = y, .rows = N, .cols = 1 } };
    gn_network *net = NULL;
    gn_trainer *trainer = NULL;

    gn_status status = gn_network_create(&net, gn_vector(3), layers, 2, 1);
    if (status >= 0) status = gn_trainer_create(&trainer, net, &options);
    if (status >= 0) status = gn_trainer_fit(trainer, &data, NULL);
    if (status < 0)
        fprintf(stderr, "custom_layer: %s\n", gn_error_message());
    const gn_epoch *last = gn_trainer_epoch(trainer, options.epochs - 1);
    double loss = last ? last->train.loss : 1;
    const gn_real *s = gn_network_params(net); /* the first layer's come first */
    if (status >= 0)
        printf("scales %.2f %.2f %.2f, loss %.1e\n", (double)s[0], (double)s[1], (double)s[2],
               loss);
    gn_trainer_destroy(trainer);
    gn_network_destroy(net);
    return status < 0 || !(loss < 1e-4);
}
