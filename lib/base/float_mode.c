/* How a thread changes its floating-point mode, on each kind of machine. */
#include "base/base.h"

static _Thread_local gni_float_mode here;

#if defined(__x86_64__)
/* MXCSR. (The x87 unit computes nothing here; a helper has its control word as the caller has, for
 * functions of the user's, and for fegetround(), which asks it.) Flags stay as the host has them, since a
 * processor takes 10 ns to switch control bits and 35 for each switch that changes flags (measured on
 * Zen 5). */
#include <xmmintrin.h>

enum { FLAGS = 0x3f, MASKS = 0x1f80, FLUSH = 0x8000, ZERO = 0x40 }; /* FTZ, DAZ; round to nearest */

static gni_float_word get(void) { return _mm_getcsr(); }
static void set(gni_float_word word) { _mm_setcsr((unsigned)word); }
static void set_ours(gni_float_word host) { set((host & FLAGS) | MASKS | FLUSH | ZERO); }

static gni_float_word with_x87(gni_float_word word)
{
    uint16_t control;
    __asm__ volatile("fnstcw %0" : "=m"(control));
    return (uint32_t)word | (uint64_t)control << 32;
}

static void set_x87(gni_float_word word)
{
    uint16_t control = (uint16_t)(word >> 32);
    __asm__ volatile("fldcw %0" : : "m"(control));
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

static void set_ours(gni_float_word host)
{
    const gni_float_word flush = 1u << 24; /* traps off, round to nearest */
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

static void set_ours(gni_float_word host)
{
    feholdexcept(&host);
#ifdef FE_TONEAREST
    fesetround(FE_TONEAREST);
#endif
}
#endif

#ifndef __x86_64__
static gni_float_word with_x87(gni_float_word word) { return word; }
static void set_x87(gni_float_word word) { (void)word; }
#endif

gni_float_mode gni_hold_mode(void)
{
    gni_float_mode before = here;
    here = (gni_float_mode){ true, get() };
    set_ours(here.host);
    return before;
}

void gni_release_mode(gni_float_mode before)
{
    set(here.host);
    here = before;
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
    here = (gni_float_mode){ true, get() };
    set_ours(here.host);
}

gni_float_mode gni_mode_here(void)
{
    return (gni_float_mode){ here.held, with_x87(here.host) };
}

gni_float_mode gni_join_mode(gni_float_mode callers)
{
    gni_float_mode own = { here.held, with_x87(get()) };
    here = callers;
    if (!callers.held)
        return own;
    set_x87(callers.host);
    set_ours(callers.host);
    return own;
}

void gni_leave_mode(gni_float_mode own)
{
    set_x87(own.host);
    set(own.host);
    here.held = own.held;
}
