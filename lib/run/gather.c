/* From the user's memory into a tile: rows gathered, bytes made reals, the next rows asked
 * for meanwhile. */
#include <string.h>
#include "run/run.h"

enum { AHEAD = 16 }; /* rows: time enough for them to come from memory */

static size_t row_number(gni_rows rows, size_t i)
{
    return rows.order ? rows.order[rows.first + i] : rows.first + i;
}

static size_t row_bytes(const gn_matrix *m)
{
    return (m->stride ? m->stride : m->cols) * (m->type == GN_U8 ? 1 : sizeof(gn_real));
}

static const char *row_of(const gn_matrix *m, size_t row)
{
    return (const char *)m->data + row * row_bytes(m);
}

/* Into L2 and not into L1, which sgemm needs for itself. */
static void prefetch(const char *row, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += 64)
        __builtin_prefetch(row + i, 0, 2);
}

static void copy_row(const gn_matrix *m, const char *row, gn_real *out)
{
    if (m->type == GN_REAL) {
        memcpy(out, row, m->cols * sizeof *out);
        return;
    }
    double scale = m->scale == 0 ? 1.0 / 255 : m->scale;
    gni_kernels_used->convert(m->cols, (const uint8_t *)row, (gn_real)scale, (gn_real)m->offset, out);
}

static void gather_matrix(const gn_matrix *m, gni_rows rows, size_t n_next, gn_real *out)
{
    size_t bytes = m->cols * (m->type == GN_U8 ? 1 : sizeof(gn_real));
    for (size_t r = 0; r < rows.n; r++) {
        if (r + AHEAD < rows.n + n_next)
            prefetch(row_of(m, row_number(rows, r + AHEAD)), bytes);
        copy_row(m, row_of(m, row_number(rows, r)), out + r * m->cols);
    }
}

/* Rows of reals that follow one another are read where they lie, unless the user's own loss sees them. */
static void take_inputs(const gn_network *net, const gn_matrix *m, const gn_loss *loss, gni_rows rows,
                        size_t n_next, gni_scratch *s)
{
    s->tile.x = s->x_buffer;
    if (m->type == GN_REAL && !rows.order && !net->scaling.input_shift && (!loss || gni_is_our_loss(loss))) {
        s->tile.x = NULL;
        s->x = (const gn_real *)(const void *)row_of(m, rows.first);
        s->pass[0].x_stride = m->stride ? m->stride : m->cols;
        return;
    }
    gather_matrix(m, rows, n_next, s->x_buffer);
    s->x = s->x_buffer;
    s->pass[0].x_stride = m->cols;
}

static void take_wanted(const gn_data *from, gni_rows rows, gni_scratch *s)
{
    for (size_t r = 0; s->tile.labels && r < rows.n; r++)
        s->tile.labels[r] = from->labels[row_number(rows, r)];
    for (size_t r = 0; s->tile.weights && r < rows.n; r++)
        s->tile.weights[r] = from->weights[row_number(rows, r)];
    if (s->tile.y)
        gather_matrix(&from->y, rows, 0, s->tile.y);
}

gn_status gni_gather(const gn_context *ctx, const gn_data *from, const gn_loss *loss,
                     gni_rows rows, size_t n_next, gni_scratch *s)
{
    const gn_network *net = ctx->net;
    bool labels = loss && gni_has_labels(from, loss);
    bool weights = loss && (from->fill ? from->has_weights : from->weights != NULL);
    s->tile.rows = rows.n;
    s->tile.labels = labels ? s->labels : NULL;
    s->tile.y = loss && !labels ? s->targets : NULL;
    s->tile.weights = weights ? s->weights : NULL;
    gn_status status = GN_OK;
    if (from->fill) {
        for (size_t r = 0; r < rows.n; r++)
            s->row_numbers[r] = row_number(rows, r);
        status = gni_call_reader(ctx, from, loss, s);
    } else {
        take_inputs(net, &from->x, loss, rows, n_next, s);
        take_wanted(from, rows, s);
    }
    if (status < 0)
        return status;
    gni_scale_inputs(net, rows.n, s->x_buffer);
    if (s->tile.y)
        gni_scale_targets(net, rows.n, s->tile.y);
    return GN_OK;
}
