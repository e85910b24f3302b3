/* Jobs for threads: each thread takes the next job when it is done with its own. */
#include "explore.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

typedef struct queue {
    const crew *crew;
    size_t jobs, next;
    size_t *finished, n_finished; /* in that order */
    pthread_mutex_t lock;         /* of all of these but crew */
    pthread_cond_t changed;       /* n_finished */
} queue;

/* false: there is none left. */
static bool take(queue *q, size_t *job)
{
    bool there;

    pthread_mutex_lock(&q->lock);
    there = q->next < q->jobs;
    *job = q->next;
    q->next += there;
    pthread_mutex_unlock(&q->lock);
    return there;
}

static void *work(void *user)
{
    queue *q = user;

    for (size_t job; take(q, &job);) {
        q->crew->work(q->crew->user, job);
        pthread_mutex_lock(&q->lock);
        q->finished[q->n_finished++] = job;
        pthread_cond_signal(&q->changed);
        pthread_mutex_unlock(&q->lock);
    }
    return NULL;
}

static struct timespec in_a_tenth(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += 100000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* Tells of every job, outside of the lock. */
static void supervise(queue *q)
{
    const crew *c = q->crew;

    pthread_mutex_lock(&q->lock);
    for (size_t told = 0; told < q->jobs;) {
        struct timespec until = in_a_tenth();

        if (told == q->n_finished)
            pthread_cond_timedwait(&q->changed, &q->lock, &until);
        while (told < q->n_finished) {
            size_t job = q->finished[told++];

            pthread_mutex_unlock(&q->lock);
            c->done(c->user, job);
            pthread_mutex_lock(&q->lock);
        }
        pthread_mutex_unlock(&q->lock);
        if (c->watch != NULL)
            c->watch(c->user);
        pthread_mutex_lock(&q->lock);
    }
    pthread_mutex_unlock(&q->lock);
}

/* With as many threads as can be had. */
static bool start(queue *q, pthread_t *team, size_t threads)
{
    size_t n = 0;

    while (n < threads && pthread_create(&team[n], NULL, work, q) == 0)
        n++;
    if (n == 0)
        return complain("cannot start a thread");
    supervise(q);
    while (n > 0)
        pthread_join(team[--n], NULL);
    return true;
}

bool crew_run(const crew *c, size_t threads, size_t jobs)
{
    size_t n = threads < jobs ? threads : jobs;
    pthread_t *team = calloc(n + 1, sizeof *team);
    queue q = { .crew = c, .jobs = jobs, .finished = calloc(jobs + 1, sizeof *q.finished) };
    bool good = team != NULL && q.finished != NULL;

    if (good && jobs > 0) {
        pthread_mutex_init(&q.lock, NULL);
        pthread_cond_init(&q.changed, NULL);
        good = start(&q, team, n);
        pthread_cond_destroy(&q.changed);
        pthread_mutex_destroy(&q.lock);
    } else if (!good) {
        complain("no memory for %zu threads", n);
    }
    free(team);
    free(q.finished);
    return good;
}
