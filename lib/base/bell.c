/* A bell: a thread that waits spins for a moment, since the next phase of a call is usually a few
 * microseconds away, and then sleeps, since the thread that is to ring may have lost its core. */
#include "base/team.h"

enum { SPIN_NS = 30000, LOOKS_PER_CLOCK = 16 };

void gni_bell_init(gni_bell *b)
{
    pthread_mutex_init(&b->mutex, NULL);
    pthread_cond_init(&b->cond, NULL);
}

void gni_bell_destroy(gni_bell *b)
{
    pthread_cond_destroy(&b->cond);
    pthread_mutex_destroy(&b->mutex);
}

/* Either the sleeper sees the ring before it sleeps, or we see that it is asleep: both write
 * first and look then (sequentially consistent). */
void gni_ring(gni_bell *b)
{
    atomic_fetch_add(&b->rings, 1);
    if (!atomic_load(&b->asleep))
        return;
    pthread_mutex_lock(&b->mutex);
    pthread_cond_signal(&b->cond);
    pthread_mutex_unlock(&b->mutex);
}

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

static bool rung(const gni_bell *b, uint32_t heard)
{
    return atomic_load_explicit(&b->rings, memory_order_acquire) != heard;
}

static bool spin(const gni_bell *b, uint32_t heard)
{
    int64_t end = gni_now() + SPIN_NS;
    do {
        for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
            if (rung(b, heard))
                return true;
            relax();
        }
    } while (gni_now() < end);
    return false;
}

/* Nobody is cancelled meanwhile: others work on the caller's stack. */
static void sleep_until(gni_bell *b, uint32_t heard)
{
    int cancel;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
    pthread_mutex_lock(&b->mutex);
    atomic_store(&b->asleep, true);
    while (atomic_load(&b->rings) == heard)
        pthread_cond_wait(&b->cond, &b->mutex);
    atomic_store(&b->asleep, false);
    pthread_mutex_unlock(&b->mutex);
    pthread_setcancelstate(cancel, &cancel);
}

/* A ring that came soon after all makes the next wait spin again. */
void gni_listen(gni_bell *b, uint32_t heard)
{
    if (rung(b, heard) || (!b->impatient && spin(b, heard)))
        return;
    int64_t before = gni_now();
    sleep_until(b, heard);
    b->impatient = gni_now() - before > 2 * SPIN_NS;
}
