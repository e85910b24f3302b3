/* mnist show: test images, and how firmly a network believes in each class. */
#include "picture.h"

#include <stdlib.h>

/* ---- a network: that of a file, or the default one ------------------------------------ */

static bool train_default(gn_network **out, const dataset *d)
{
    gn_data data = dataset_view(&d->train);
    gn_trainer *trainer = NULL;
    gn_train_options options;
    recipe r;
    bool good = recipe_parse(&r, 0, NULL);

    recipe_settle(&r, data.x.rows);
    options = recipe_train_options(&r, data.x.rows);
    good = good && recipe_network(out, &r, data.x.cols) &&
           worked(gn_trainer_create(&trainer, *out, &options)) &&
           worked(gn_trainer_fit(trainer, &data, NULL));
    gn_trainer_destroy(trainer);
    recipe_free(&r);
    return good;
}

static bool find_network(gn_network **out, dataset *d, settings *s, const terminal *t)
{
    if (s->model != NULL)
        return model_load_with_images(out, d, s);
    if (s->recipe.dataset == NOT_GIVEN)
        s->recipe.dataset = MNIST;
    if (!dataset_load(d, s->recipe.dataset, s->recipe.data, false) || !train_default(out, d))
        return false;
    terminal_say(t, "(the default network, trained just now: 'mnist train --model FILE' keeps "
                    "one)");
    puts("");
    return true;
}

/* ---- one image ------------------------------------------------------------------------ */

enum { GAP = 3, LABEL = 9, PERCENT = 9, MARK = 18, BAR = 30, SHORTEST_BAR = 5 };

typedef struct view {
    const char *names[CLASSES];
    size_t image;
    int truth, guess;
    double share[CLASSES];
} view;

static view view_of(const beliefs *b, const dataset *d, const settings *s, size_t image)
{
    view v = { .image = image, .truth = d->test.labels[image], .guess = beliefs_guess(b, image) };

    for (int i = 0; i < CLASSES; i++)
        v.names[i] = class_name(s->recipe.dataset, i);
    beliefs_shares(b, image, v.share);
    return v;
}

/* Ten bars in so many columns; those of truth and belief are marked. */
static void draw_bars(canvas *c, size_t x, size_t y, size_t columns, const view *v, size_t label)
{
    size_t rest = columns > label + 1 + PERCENT ? columns - label - 1 - PERCENT : 0;
    bool marks = rest >= MARK + SHORTEST_BAR;
    size_t bar = marks ? rest - MARK : rest;

    bar = bar < BAR ? bar : BAR;
    for (int i = 0; i < CLASSES; i++, y++) {
        bool is = i == v->truth, seen = i == v->guess;
        style look = is ? right : seen ? wrong : normal;

        canvas_text(c, x, y, look, "%*s", (int)label, v->names[i]);
        bar_draw(c, x + label + 1, y, bar, v->share[i], is ? right : seen ? wrong : dim);
        canvas_text(c, x + label + 1 + bar, y, is || seen ? bold : normal, "%7.2f %%",
                    100 * v->share[i]);
        if (marks && (is || seen))
            canvas_text(c, x + label + 1 + bar + PERCENT, y, look, "  %s%s%s", is ? "truth" : "",
                        is && seen ? " and " : "", seen ? "belief" : "");
    }
}

static void draw_words(canvas *c, size_t x, size_t y, const view *v)
{
    canvas_text(c, x, y, bold, "test image %zu", v->image);
    x = canvas_text(c, x, y + 1, normal, "truth ");
    x = canvas_text(c, x, y + 1, right, "%s", v->names[v->truth]);
    x = canvas_text(c, x, y + 1, normal, ", belief ");
    canvas_text(c, x, y + 1, v->truth == v->guess ? right : wrong, "%s", v->names[v->guess]);
}

/* The picture, and words and bars beside it or, where there is no room, below. */
static void draw(const terminal *t, const view *v, const image_set *images)
{
    size_t columns = t->columns < CANVAS_COLUMNS ? t->columns : CANVAS_COLUMNS;
    size_t label = v->names[0][1] == '\0' ? 1 : LABEL, x = 0, y = 0;
    picture p = { .width = 0 };
    canvas c;

    canvas_clear(&c, *t);
    if (picture_take(&p, images, v->image, PICTURE_SIDE) && p.width <= columns) {
        picture_draw(&c, 0, 0, &p);
        if (p.width + GAP + label + 1 + SHORTEST_BAR + PERCENT <= columns)
            x = p.width + GAP;
        else
            y = (p.height + 1) / 2 + 1;
    }
    draw_words(&c, x, y, v);
    draw_bars(&c, x, y + 3, columns - x, v, label);
    canvas_print(&c);
}

/* ---- which images ------------------------------------------------------------------------ */

typedef struct show_run {
    const settings *s;
    const dataset *d;
    const terminal *t;
    beliefs beliefs;
    size_t shown;
} show_run;

static void show_one(show_run *r, size_t image)
{
    view v = view_of(&r->beliefs, r->d, r->s, image);

    if (r->shown++ > 0)
        puts("");
    draw(r->t, &v, &r->d->test);
}

static bool show_number(show_run *r, size_t number)
{
    size_t n = r->d->test.idx.matrix.rows, image = number;

    if (number >= n)
        return complain("show %zu: there are %zu test images, 0 to %zu", number, n, n - 1);
    while (r->s->digit != NOT_GIVEN && image < n && r->d->test.labels[image] != r->s->digit)
        image++;
    if (image == n)
        return complain("--digit %d: none of the test images from %zu on is one", r->s->digit,
                        number);
    show_one(r, image);
    return true;
}

static bool show_mistakes(show_run *r)
{
    size_t n = r->beliefs.images, most = r->s->mistakes < n ? r->s->mistakes : n;
    mistake *worst = calloc(most, sizeof *worst);

    if (worst == NULL)
        return complain("no memory for %zu mistakes", most);
    n = beliefs_mistakes(&r->beliefs, r->d->test.labels, r->s->digit, most, worst);
    for (size_t i = 0; i < n; i++)
        show_one(r, worst[i].image);
    if (n < r->s->mistakes)
        terminal_say(r->t, "%s%zu mistake%s in all", n > 0 ? "\n" : "", n, n == 1 ? "" : "s");
    free(worst);
    return true;
}

static bool show_all(show_run *r)
{
    if (r->s->mistakes > 0)
        return show_mistakes(r);
    if (r->s->n_numbers == 0)
        return show_number(r, 0);
    for (size_t i = 0; i < r->s->n_numbers; i++)
        if (!show_number(r, r->s->numbers[i]))
            return false;
    return true;
}

int show(settings *s)
{
    terminal t = terminal_look();
    dataset d = { .train.labels = NULL };
    show_run r = { .s = s, .d = &d, .t = &t };
    gn_network *net = NULL;
    gn_context *ctx = NULL;
    bool good = find_network(&net, &d, s, &t) && worked(gn_context_create(&ctx, net, NULL)) &&
                beliefs_make(&r.beliefs, net, ctx, &d.test) && show_all(&r) &&
                (fflush(stdout) == 0 || complain("standard output cannot be written"));

    beliefs_free(&r.beliefs);
    gn_context_destroy(ctx);
    gn_network_destroy(net);
    dataset_free(&d);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
