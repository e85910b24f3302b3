/* The training as a file, from time to time, and going on from there. */
#include "mnist.h"

#include <unistd.h>

static void tell_where(const checkpoint *c, const settings *s, bool complete)
{
    size_t epochs = gn_trainer_epoch_count(c->trainer);

    if (!c->quiet && complete)
        printf("%s: this training is complete, after %zu of %zu epochs\n", c->path, epochs,
               s->recipe.epochs);
    else if (!c->quiet)
        printf("going on from %s, in epoch %zu of %zu\n", c->path, epochs + 1, s->recipe.epochs);
}

bool checkpoint_start(checkpoint *c, const settings *s, gn_trainer *trainer, bool *complete)
{
    bool there = s->checkpoint != NULL && access(s->checkpoint, F_OK) == 0;
    gn_status status;

    *c = (checkpoint){ .trainer = trainer, .path = s->checkpoint, .every = s->checkpoint_every,
                       .quiet = s->quiet };
    *complete = false;
    if (there && s->resume) {
        status = gn_trainer_resume(trainer, c->path);
        *complete = status == GN_STOPPED;
        if (!worked(status))
            return false;
        tell_where(c, s, *complete);
    } else if (s->resume && !c->quiet) {
        printf("there is no %s yet: starting afresh\n", c->path);
    } else if (there && !c->quiet) {
        printf("starting afresh, %s will be replaced (--resume would go on from it)\n", c->path);
    }
    return true;
}

/* Training goes on without, and tries again: an old checkpoint stays, and to stop would lose
 * more. */
static void save(checkpoint *c, uint64_t step)
{
    bool good = gn_trainer_save(c->trainer, c->path) >= 0;

    if (good)
        c->step = step;
    else if (!c->failing)
        complain("no checkpoint: %s; training goes on", gn_error_message());
    c->failing = !good;
}

void checkpoint_step(checkpoint *c, uint64_t step)
{
    if (c->path != NULL && c->every > 0 && step % c->every == 0)
        save(c, step);
}

void checkpoint_epoch(checkpoint *c, uint64_t step)
{
    if (c->path != NULL && c->every == 0)
        save(c, step);
}

bool checkpoint_end(checkpoint *c, uint64_t step)
{
    if (c->path != NULL && step != c->step)
        save(c, step);
    return !c->failing;
}
