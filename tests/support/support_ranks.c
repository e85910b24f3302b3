#include "support_ranks.h"

enum { OUTPUTS = 2, VALID = 10 };

static bool now(const rank *r, event e)
{
    return r->event == e && r->step == r->at;
}

/* ---- functions of the user's ---- */

static gn_status reduce(void *user, size_t n, gn_real *gradient, double *loss, double *rows)
{
    rank *r = user;
    world *w = r->w;
    memcpy(w->gradient[r->index], gradient, n * sizeof *gradient);
    w->loss[r->index] = *loss;
    w->rows[r->index] = *rows;
    pthread_barrier_wait(&w->barrier);
    *loss = *rows = 0;
    for (int k = 0; k < w->n; k++) {
        for (size_t i = 0; i < n; i++)
            gradient[i] = (k ? gradient[i] : 0) + w->gradient[k][i];
        *loss += w->loss[k];
        *rows += w->rows[k];
    }
    pthread_barrier_wait(&w->barrier);
    if (++r->calls == r->hook_fails_at)
        return gn_fail(GN_ERR_IO, "the net is down");
    return GN_OK;
}

static double rate(const gn_schedule *self, const gn_progress *at)
{
    rank *r = (rank *)(uintptr_t)self->user;
    r->step = at->step;
    return now(r, RATE_IS_NEGATIVE) ? -1 : self->first;
}

static bool on_step(void *user, const gn_progress *at, double loss)
{
    rank *r = user;
    (void)loss;
    return r->event == STEP_STOPS && at->step == r->at;
}

static bool on_epoch(void *user, const gn_epoch *line)
{
    rank *r = user;
    return r->event == EPOCH_STOPS && line->epoch == r->at;
}

static void copy_rows(const samples *s, const size_t *rows, gn_tile *tile, gn_real factor)
{
    for (size_t i = 0; i < tile->rows; i++) {
        memcpy(tile->x + i * INPUTS, s->x + rows[i] * INPUTS, INPUTS * sizeof *tile->x);
        if (tile->labels)
            tile->labels[i] = s->labels[rows[i]];
        for (size_t j = 0; j < OUTPUTS && tile->y; j++)
            tile->y[i * OUTPUTS + j] = factor * s->y[rows[i] * OUTPUTS + j];
    }
}

static const gn_real huge = (gn_real)TOLERANCE(1e300, 1e38);

static gn_status read_train(void *user, const size_t *rows, gn_tile *tile)
{
    rank *r = user;
    if (now(r, READER_FAILS))
        return gn_fail(GN_ERR_FORMAT, "the tape is torn");
    copy_rows(&r->train, rows, tile, now(r, LOSS_IS_LOST) ? huge : 1);
    return GN_OK;
}

static gn_status read_valid(void *user, const size_t *rows, gn_tile *tile)
{
    rank *r = user;
    if (now(r, READER_FAILS_TO_VALIDATE))
        return gn_fail(GN_ERR_FORMAT, "the other tape is torn");
    copy_rows(&r->valid, rows, tile, now(r, VALIDATION_IS_LOST) ? huge : 1);
    return GN_OK;
}

/* ---- ranks, and what they do at the same time ---- */

void set_up_rank(rank *r, const gn_train_options *options, bool labels)
{
    rng random = { (uint64_t)r->index };
    gn_train_options o = *options;
    r->train = make_samples(&random, ROWS, INPUTS, OUTPUTS);
    r->valid = make_samples(&random, VALID, INPUTS, OUTPUTS);
    r->data = (gn_data){ .x.rows = ROWS, .fill = read_train, .user = r, .has_labels = labels };
    r->valid_data = (gn_data){ .x.rows = VALID - (size_t)r->index, .fill = read_valid, .user = r,
                               .has_labels = labels };
    r->net = NETWORK(INPUTS, 1, { .units = 5, .activation = &gn_tanh },
                     { .units = OUTPUTS, .activation = labels ? &gn_softmax : NULL });
    r->loss = o.loss = labels ? &gn_softmax_cross_entropy : &gn_squared_error;
    o.schedule = (gn_schedule){ .rate = rate, .first = 0.02, .user = r };
    o.batch = r->event == OTHER_BATCH ? BATCH + 1 : BATCH;
    o.epochs += r->event == OTHER_EPOCHS;
    o.patience += r->event == OTHER_PATIENCE;
    o.seed = (uint64_t)r->index + 1;
    o.on_step = on_step;
    o.on_epoch = on_epoch;
    o.reduce = reduce;
    o.user = r;
    r->t = make_trainer(r->net, o);
    if (r->event == FEWER_ROWS)
        r->data.x.rows--;
    if (r->event == NAN_IN_MATRIX) {
        r->data = labels ? with_labels(&r->train) : with_targets(&r->train);
        r->train.x[4] = (gn_real)NAN;
    }
}

void set_up_world(world *w, rank *ranks, int n)
{
    w->n = n;
    pthread_barrier_init(&w->barrier, NULL, (unsigned)n);
    for (int i = 0; i < n; i++) {
        w->gradient[i] = reals(100);
        ranks[i].w = w;
        ranks[i].index = i;
    }
}

void tear_down_world(world *w, rank *ranks)
{
    for (int i = 0; i < w->n; i++) {
        gn_trainer_destroy(ranks[i].t);
        gn_network_destroy(ranks[i].net);
        free_samples(&ranks[i].train);
        free_samples(&ranks[i].valid);
        free(w->gradient[i]);
    }
    pthread_barrier_destroy(&w->barrier);
}

void at_once(world *w, rank *ranks, void *(*f)(void *))
{
    pthread_t threads[MOST];
    for (int i = 0; i < w->n; i++)
        CHECK(pthread_create(&threads[i], NULL, f, &ranks[i]) == 0, "thread %d", i);
    for (int i = 0; i < w->n; i++)
        pthread_join(threads[i], NULL);
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

void check_alike(const char *name, const rank *a, const rank *b)
{
    const gn_epoch *left, *right;
    size_t n = history_of(a->t, &left), m = history_of(b->t, &right);
    CHECK(same_bits(gn_network_params(a->net), gn_network_params(b->net),
                    gn_network_param_count(a->net)),
          "%s: weights of ranks %d and %d", name, a->index, b->index);
    CHECK(n == m, "%s: %zu epochs, and %zu", name, n, m);
    CHECK(a->calls == b->calls, "%s: %d calls, and %d", name, (int)a->calls, (int)b->calls);
    for (size_t i = 0; i < n; i++)
        CHECK(left[i].step == right[i].step && same(left[i].train.loss, right[i].train.loss) &&
                  same(left[i].train.accuracy, right[i].train.accuracy) &&
                  same(left[i].valid.loss, right[i].valid.loss) &&
                  same(left[i].valid.accuracy, right[i].valid.accuracy),
              "%s: epoch %zu: %g and %g, %g and %g", name, i + 1, left[i].train.accuracy,
              right[i].train.accuracy, left[i].valid.loss, right[i].valid.loss);
}

void note_end(rank *r, gn_status status)
{
    r->status = status;
    snprintf(r->message, sizeof r->message, "%s", status < 0 ? gn_error_message() : "");
}

void check_end(const char *name, const rank *r, gn_status status, const char *words)
{
    CHECK(r->status == status, "%s: rank %d of %d ended with %d, not %d: %s", name, r->index,
          r->w->n, (int)r->status, (int)status, r->message);
    CHECK(strstr(r->message, words), "%s: rank %d says: %s", name, r->index, r->message);
}
