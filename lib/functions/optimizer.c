/* The optimizers: values whose update is the kernel of this CPU. */
#include <math.h>
#include "functions/functions.h"

static const enum gni_optimizer_id ids[GNI_OPTIMIZERS] = {
    GNI_SGD, GNI_MOMENTUM, GNI_RMSPROP, GNI_ADAM, GNI_RPROP,
};

static void update(const gn_optimizer *self, const gn_update *u)
{
    gni_kernels_used->update[*(const enum gni_optimizer_id *)self->user](self->hyper, u);
}

bool gni_is_our_optimizer(const gn_optimizer *o)
{
    return o->update == update;
}

/* With their usual numbers: those of the papers, or of PyTorch where a paper has none. */
enum { SGD, MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, RPROP };
static const gn_optimizer usual[] = {
    [SGD] = { .name = "sgd", .user = &ids[GNI_SGD], .update = update },
    [MOMENTUM] = { .name = "momentum", .states = 1, .hyper = { 0.9, 0 },
                   .user = &ids[GNI_MOMENTUM], .update = update },
    [NESTEROV] = { .name = "nesterov", .states = 1, .hyper = { 0.9, 1 },
                   .user = &ids[GNI_MOMENTUM], .update = update },
    [ADAGRAD] = { .name = "adagrad", .states = 1, .hyper = { 1, 1e-10, 1 },
                  .user = &ids[GNI_RMSPROP], .update = update },
    [RMSPROP] = { .name = "rmsprop", .states = 1, .hyper = { 0.99, 1e-8, 1 - 0.99 },
                  .user = &ids[GNI_RMSPROP], .update = update },
    [ADAM] = { .name = "adam", .states = 2, .hyper = { 0.9, 0.999, 1e-8 },
               .user = &ids[GNI_ADAM], .update = update },
    [RPROP] = { .name = "rprop", .states = 2, .hyper = { 0.5, 1.2, 1e-6, 50 },
                .user = &ids[GNI_RPROP], .update = update },
};

const void *const gni_optimizers[] = {
    &usual[SGD], &usual[MOMENTUM], &usual[NESTEROV], &usual[ADAGRAD], &usual[RMSPROP],
    &usual[ADAM], &usual[RPROP], NULL,
};

static gn_optimizer with(gn_optimizer o, double first, double second, double third)
{
    o.hyper[0] = first;
    o.hyper[1] = second;
    o.hyper[2] = third;
    return o;
}

gn_optimizer gn_sgd(double momentum, bool nesterov)
{
    if (momentum == 0)
        return usual[SGD];
    return with(usual[nesterov ? NESTEROV : MOMENTUM], momentum, nesterov, 0);
}

gn_optimizer gn_adagrad(double epsilon)
{
    return with(usual[ADAGRAD], 1, epsilon, 1);
}

gn_optimizer gn_rmsprop(double decay, double epsilon)
{
    return with(usual[RMSPROP], decay, epsilon, 1 - decay);
}

gn_optimizer gn_adam(double beta1, double beta2, double epsilon)
{
    return with(usual[ADAM], beta1, beta2, epsilon);
}

gn_optimizer gn_adam_defaults(void)
{
    return usual[ADAM];
}

gn_optimizer gn_rprop_defaults(void)
{
    return usual[RPROP];
}

/* Shares are within [0, 1), or reach 1 where nothing is divided by the rest; the others are not
 * negative. */
gn_status gni_check_optimizer(const char *who, const gn_optimizer *o)
{
    static const double below[GNI_OPTIMIZERS][4] = {
        [GNI_MOMENTUM] = { 1, 2 }, [GNI_RMSPROP] = { 1 + 1e-15, INFINITY, 1 + 1e-15 },
        [GNI_ADAM] = { 1, 1, INFINITY }, [GNI_RPROP] = { 1, INFINITY, INFINITY, INFINITY },
    };
    if (!gni_is_our_optimizer(o))
        return GN_OK;
    const double *limit = below[*(const enum gni_optimizer_id *)o->user];
    for (int i = 0; i < 4; i++)
        if (limit[i] > 0 && !(o->hyper[i] >= 0 && o->hyper[i] < limit[i]))
            return gn_fail(GN_ERR_ARGUMENT,
                           "%s: number %d of the optimizer %s is %g, not within [0, %g)", who, i,
                           o->name, o->hyper[i], limit[i]);
    return GN_OK;
}
