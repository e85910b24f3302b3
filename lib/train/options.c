/* A trainer's options: checked one after the other, then completed. */
#include <math.h>
#include "train/train.h"

static const char *const who = "gn_trainer_create";

static gn_status check_number(const char *name, double value, double least, double below)
{
    if (!(value >= least && value < below))
        return gn_fail(GN_ERR_ARGUMENT, "%s: %s is %g, not within [%g, %g)", who, name, value,
                       least, below);
    return GN_OK;
}

static gn_status check_numbers(const gn_train_options *o)
{
    const struct { const char *name; double value, below; } numbers[] = {
        { "validation", o->validation, 1 },
        { "weight_decay", o->weight_decay, INFINITY },
        { "l1", o->l1, INFINITY },
        { "l2", o->l2, INFINITY },
        { "max_gradient_norm", o->max_gradient_norm, INFINITY },
    };
    gn_status status = GN_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && status >= 0; i++)
        status = check_number(numbers[i].name, numbers[i].value, 0, numbers[i].below);
    return status;
}

static gn_status check_sizes(const gn_train_options *o)
{
    if (o->batch > PTRDIFF_MAX || o->lanes > GNI_MOST_THREADS)
        return gn_fail(GN_ERR_SHAPE, "%s: batches of %zu rows, %zu lanes: too many", who, o->batch,
                       o->lanes);
    return gni_check_sizes(who, o->threads, o->tile_rows);
}

static gn_status check_reserved(const gn_train_options *o)
{
    gn_status status = gni_check_reserved(who, "options", 4, o->reserved);
    if (status >= 0)
        status = gni_check_reserved(who, "the optimizer", 4, o->optimizer.reserved);
    return status >= 0 ? gni_check_reserved(who, "the schedule", 4, o->schedule.reserved) : status;
}

static gn_status check_optimizer(const gn_train_options *options)
{
    const gn_optimizer *o = &options->optimizer;
    if (o->states < 0 || o->states > 2)
        return gn_fail(GN_ERR_ARGUMENT, "%s: the optimizer keeps %d states, not 0 .. 2", who,
                       o->states);
    for (size_t i = 0; i < sizeof o->hyper / sizeof *o->hyper; i++)
        if (!isfinite(o->hyper[i]))
            return gn_fail(GN_ERR_ARGUMENT, "%s: hyper[%zu] of the optimizer is %g", who, i,
                           o->hyper[i]);
    return gni_check_optimizer(who, o);
}

static gn_status check_schedule(const gn_train_options *options)
{
    const gn_schedule *s = &options->schedule;
    gn_status status = check_number("the schedule's first rate", s->first, 0, INFINITY);
    if (status >= 0)
        status = check_number("the schedule's last rate", s->last, 0, INFINITY);
    return status >= 0 ? check_number("the schedule's factor", s->factor, 0, INFINITY) : status;
}

static gn_status check_whole(const gn_train_options *o, const gn_network *net)
{
    size_t lanes = gni_lane_count(net, o->batch, o->lanes), share = (o->batch - 1) / lanes + 1;
    if (!net->whole_lanes)
        return GN_OK;
    if (o->batch < 2 || (lanes > 1 && gni_fewer_lanes(net, o->batch, lanes) < lanes))
        return gn_fail(GN_ERR_SHAPE,
                       "%s: a layer learns from whole lanes, of at least 32 rows or the minibatch: "
                       "%zu rows are too few for %zu lane%s",
                       who, o->batch, lanes, lanes == 1 ? "" : "s");
    if (o->tile_rows < share)
        return gn_fail(GN_ERR_SHAPE,
                       "%s: a layer learns from whole lanes, of %zu rows here, and tiles have %zu",
                       who, share, o->tile_rows);
    return GN_OK;
}

static void fill_in_defaults(gn_train_options *o, const gn_network *net)
{
    if (!o->optimizer.update)
        o->optimizer = gn_adam_defaults();
    if (!o->schedule.rate)
        o->schedule = gn_warmup(gn_constant(GNI_DEFAULT_RATE), o->schedule.warmup);
    if (o->batch == 0)
        o->batch = 64;
    if (o->epochs == 0)
        o->epochs = 10;
    if (o->threads == 0)
        o->threads = gni_default_threads();
    if (o->threads > GNI_MOST_THREADS)
        o->threads = GNI_MOST_THREADS;
    if (o->tile_rows == 0)
        o->tile_rows = gni_tile_rows(net, o->batch, gni_lane_count(net, o->batch, o->lanes));
}

static bool all_zero(size_t n, const double *numbers)
{
    while (n > 0 && numbers[n - 1] == 0)
        n--;
    return n == 0;
}

/* Member by member: bytes between members may be anything, and -0 is 0 too. */
static bool is_empty_optimizer(const gn_optimizer *o)
{
    return !o->name && o->states == 0 && all_zero(4, o->hyper) && !o->user && !o->update;
}

static bool is_empty_schedule(const gn_schedule *s)
{
    const double numbers[] = { s->first, s->last, s->factor };
    return !s->rate && all_zero(3, numbers) && s->every == 0 && !s->user;
}

/* A missing function means the default, and is accepted only if all the other members (except
 * warmup) are 0. */
static gn_status check_empty(const gn_train_options *o)
{
    if (!o->optimizer.update && !is_empty_optimizer(&o->optimizer))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the optimizer %s lacks update", who,
                       o->optimizer.name ? o->optimizer.name : "without a name");
    if (!o->schedule.rate && !is_empty_schedule(&o->schedule))
        return gn_fail(GN_ERR_ARGUMENT, "%s: the schedule of first rate %g lacks rate", who,
                       o->schedule.first);
    return GN_OK;
}

GNI_APART gn_status gni_complete_options(gn_train_options *o, const gn_network *net)
{
    gn_status (*const checks[])(const gn_train_options *) = {
        check_numbers, check_sizes, check_reserved, check_optimizer, check_schedule, check_empty,
    };
    gn_status status = gni_check_loss(who, net, o->loss);
    for (size_t i = 0; i < sizeof checks / sizeof *checks && status >= 0; i++)
        status = checks[i](o);
    if (status < 0)
        return status;
    fill_in_defaults(o, net);
    return check_whole(o, net);
}
