/* How a thread changes its floating-point mode, on each kind of machine. */
#include "base/base.h"

static _Thread_local gni_float_mode here;

#if defined(__x86_64__)
/* MXCSR; above it, where it was looked at, the x87 unit's control word (never 0). That unit
 * computes nothing here, but glibc asks it how to round in printf() and strtod(), so in the exact
 * mode it rounds to nearest; and a helper has its word as the caller has, for functions of the
 * user's. Flags stay as the host has them, since a processor takes 10 ns to switch control bits and
 * 35 for each switch that changes flags (measured on Zen 5); and the exact mode is what most hosts
 * are in, so nothing is switched. */
#include <xmmintrin.h>

enum { FLAGS = 0x3f, MASKS = 0x1f80, FLUSH = 0x8000, ZERO = 0x40 }; /* FTZ, DAZ; round to nearest */
#define X87_ROUNDING ((gni_float_word)0xc00 << 32)

static gni_float_word get(void) { return _mm_getcsr(); }

static gni_float_word with_x87(gni_float_word word)
{
    uint16_t control;
    if (word >> 32)
        return word;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    return word | (uint64_t)control << 32;
}

static void set(gni_float_word word)
{
    uint16_t control = (uint16_t)(word >> 32);
    if (_mm_getcsr() != (unsigned)word)
        _mm_setcsr((unsigned)word);
    if (control && with_x87(0) >> 32 != control)
        __asm__ volatile("fldcw %0" : : "m"(control));
}

static void set_ours(gni_float_word host, bool exact)
{
    gni_float_word x87 = host >> 32 << 32;
    set((host & FLAGS) | MASKS | (exact ? x87 & ~X87_ROUNDING : x87 | FLUSH | ZERO));
}

#elif defined(__aarch64__)
/* FPCR and FPSR: control and flags. FZ flushes both what goes in and what comes out. */
static gni_float_word get(void)
{
    uint64_t control, flags;
    __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control), "=r"(flags) : : "memory");
    return control << 32 | (flags & 0xffffffffu);
}

static void set(gni_float_word word)
{
    uint64_t control = word >> 32, flags = word & 0xffffffffu;
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1" : : "r"(control), "r"(flags) : "memory");
}

static void set_ours(gni_float_word host, bool exact)
{
    const gni_float_word flush = exact ? 0 : 1u << 24; /* traps off, round to nearest */
    set(flush << 32 | (host & 0xffffffffu));
}

#else
/* C's own way: no traps, round to nearest. Subnormal numbers stay, and are slow where they are. */
static gni_float_word get(void)
{
    fenv_t word;
    fegetenv(&word);
    return word;
}

static void set(gni_float_word word)
{
    fesetenv(&word);
}

static void set_ours(gni_float_word host, bool exact)
{
    (void)exact;
    feholdexcept(&host);
#ifdef FE_TONEAREST
    fesetround(FE_TONEAREST);
#endif
}
#endif

#ifndef __x86_64__
static gni_float_word with_x87(gni_float_word word) { return word; }
#endif

static void hold(bool exact, gni_float_word host)
{
    here = (gni_float_mode){ true, exact, exact ? with_x87(host) : host };
    set_ours(here.host, exact);
}

gni_float_mode gni_hold_mode(void)
{
    gni_float_mode before = here;
    if (!before.held || before.exact)
        hold(false, before.held ? before.host : get());
    return before;
}

gni_float_mode gni_hold_exact(void)
{
    gni_float_mode before = here;
    if (!before.held || !before.exact)
        hold(true, before.held ? before.host : get());
    return before;
}

/* A call within a call of the other mode goes back to that, with flags that functions of the user's
 * have raised in it. */
void gni_release_mode(gni_float_mode before)
{
    if (!here.held || (before.held && before.exact == here.exact))
        return; /* given back before, or of a call around this one */
    if (before.held) {
        hold(before.exact, here.host);
        return;
    }
    set(here.host);
    here = before;
}

gn_status gni_release_after(gn_status status, gni_float_mode before)
{
    gni_release_mode(before);
    return status;
}

/* Nobody holds a mode meanwhile: a function that never returns (by longjmp) leaves things as they
 * should be, and a call within it begins anew. */
bool gni_lend_mode(void)
{
    if (!here.held)
        return false;
    set(here.host);
    here.held = false;
    return true;
}

/* Flags that the user's function has raised are the host's from now on. */
void gni_take_mode_back(bool lent)
{
    if (!lent)
        return;
    hold(here.exact, get());
}

gni_float_mode gni_mode_here(void)
{
    return (gni_float_mode){ here.held, here.exact, with_x87(here.host) };
}

gni_float_mode gni_join_mode(gni_float_mode callers)
{
    gni_float_mode own = { here.held, here.exact, with_x87(get()) };
    here = callers;
    if (!callers.held)
        return own;
    set_ours(callers.host, callers.exact);
    return own;
}

void gni_leave_mode(gni_float_mode own)
{
    set(own.host);
    here.held = own.held;
    here.exact = own.exact;
}
