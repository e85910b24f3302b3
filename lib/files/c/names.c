/* Names that a function of C and its file may have. Refused are those that C and C++ take
 * themselves: <math.h> declares some of them, linkers find the C library's others, and a file exp.h or
 * features.h would be read in the place of the system's. */
#include <string.h>
#include "files/c/source.h"

/* Lists of words, each with a space before it and after it. */

static const char keywords[] = /* of C99 to C23, of C++20 and GNU C */
    " alignas alignof and and_eq asm auto bitand bitor bool break case catch char class co_await"
    " co_return co_yield compl concept const const_cast consteval constexpr constinit continue"
    " decltype default delete do double dynamic_cast else enum explicit export extern false float"
    " for friend goto if inline int long mutable namespace new noexcept noreturn not not_eq nullptr"
    " operator or or_eq private protected public register reinterpret_cast requires restrict return"
    " short signed sizeof static static_assert static_cast struct switch template this thread_local"
    " throw true try typedef typeid typename typeof typeof_unqual union unsigned using virtual void"
    " volatile while xor xor_eq ";

static const char headers[] = /* of C, and those that they include in their turn */
    " alloca assert complex ctype endian errno features fenv float inttypes iso646 limits locale"
    " malloc math memory newlib pthread sched setjmp signal stdalign stdarg stdatomic stdbit stdbool"
    " stdckdint stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar"
    " unistd wchar wctype ";

static const char mathematics[] = /* these end in f, l, f64, ... too */
    " acos acosh acospi asin asinh asinpi atan atan2 atan2pi atanh atanpi cabs cacos cacosh"
    " canonicalize carg casin casinh catan catanh cbrt ccos ccosh ceil cexp cimag clog clog10"
    " compoundn conj copysign cos cosh cospi cpow cproj creal csin csinh csqrt ctan ctanh dadd ddiv"
    " dfma dmul drem dsqrt dsub erf erfc exp exp10 exp10m1 exp2 exp2m1 expm1 fabs fadd fdim fdiv ffma"
    " finite floor fma fmax fmaximum fmaximum_mag fmaximum_mag_num fmaximum_num fmaxmag fmin fminimum"
    " fminimum_mag fminimum_mag_num fminimum_num fminmag fmod fmul frexp fromfp fromfpx fsqrt fsub"
    " gamma getpayload hypot ilogb isinf isnan j0 j1 jn ldexp lgamma llogb llrint llround log log10"
    " log10p1 log1p log2 log2p1 logb logp1 lrint lround modf nan nearbyint nextafter nextdown"
    " nexttoward nextup pow pow10 pown powr remainder remquo rint rootn round roundeven rsqrt scalb"
    " scalbln scalbn setpayload setpayloadsig significand sin sincos sinh sinpi sqrt tan tanh tanpi"
    " tgamma totalorder totalordermag trunc ufromfp ufromfpx y0 y1 yn ";

static const char library[] = /* C's, and of POSIX's what compilers know or programs live on */
    " DOMAIN EOF HUGE INFINITY MAXFLOAT NAN NULL OVERFLOW PLOSS SING TLOSS UNDERFLOW X_TLOSS abort"
    " abs accept access aligned_alloc alloca asctime assert at_quick_exit atexit atof atoi atol atoll"
    " bcmp bcopy bind bsearch btowc bzero c16rtomb c32rtomb call_once calloc clearerr clock close"
    " connect ctime difftime div dup dup2 environ errno execl execle execlp execv execve execvp exit"
    " fclose fdopen feclearexcept fegetenv fegetexceptflag fegetround feholdexcept feof"
    " feraiseexcept ferror fesetenv fesetexceptflag fesetround fetestexcept feupdateenv fflush ffs"
    " fgetc fgetpos fgets fgetwc fgetws fileno fopen fork fpclassify fprintf fputc fputs fputwc"
    " fputws fread free free_aligned_sized free_sized freopen fscanf fseek fsetpos fstat ftell fwide"
    " fwprintf fwrite fwscanf getc getchar getenv getpid getwc getwchar gmtime gmtime_r i386 imaxabs"
    " imaxdiv index ioctl isalnum isalpha isascii isblank iscanonical iscntrl isdigit iseqsig"
    " isfinite isgraph isgreater isgreaterequal isless islessequal islessgreater islower isnormal"
    " isprint ispunct issignaling isspace issubnormal isunordered isupper iswalnum iswalpha iswblank"
    " iswcntrl iswctype iswdigit iswgraph iswlower iswprint iswpunct iswspace iswupper iswxdigit"
    " isxdigit iszero kill kill_dependency labs ldiv lgamma_r lgammaf_r lgammal_r linux listen llabs"
    " lldiv localeconv localtime localtime_r longjmp lseek main malloc math_errhandling mblen mbrlen"
    " mbrtoc16 mbrtoc32 mbrtowc mbsinit mbsrtowcs mbstowcs mbtowc memalignment memccpy memchr memcmp"
    " memcpy memmove mempcpy memset memset_explicit mktime mmap munmap nanosleep offsetof once_flag"
    " open pause perror pipe poll printf putc putchar puts putwc putwchar qsort quick_exit raise rand"
    " random read realloc recv remove rename rewind rindex scanf select send setbuf setjmp setlocale"
    " setvbuf signal signbit signgam sleep snprintf socket sprintf srand sscanf stat std stderr stdin"
    " stdout stpcpy stpncpy strcasecmp strcat strchr strcmp strcoll strcpy strcspn strdup strerror"
    " strftime strlen strncasecmp strncat strncmp strncpy strndup strpbrk strrchr strspn strstr"
    " strtod strtof strtoimax strtok strtol strtold strtoll strtoul strtoull strtoumax strxfrm"
    " swprintf swscanf system time timespec_get timespec_getres tmpfile tmpnam toascii tolower"
    " toupper towctrans towlower towupper ungetc ungetwc unix unlink va_arg va_copy va_end va_start"
    " vfprintf vfscanf vfwprintf vfwscanf vprintf vscanf vsnprintf vsprintf vsscanf vswprintf"
    " vswscanf vwprintf vwscanf wait wcrtomb wcscat wcschr wcscmp wcscoll wcscpy wcscspn wcsftime"
    " wcslen wcsncat wcsncmp wcsncpy wcspbrk wcsrchr wcsrtombs wcsspn wcsstr wcstod wcstof wcstoimax"
    " wcstok wcstol wcstold wcstoll wcstombs wcstoul wcstoull wcstoumax wcsxfrm wctob wctomb wctrans"
    " wctype wmemchr wmemcmp wmemcpy wmemmove wmemset wprintf write wscanf ";

static bool is_in(const char *list, const char *word, size_t n)
{
    for (const char *at = list; (at = strchr(at, ' ')) && *++at;)
        if (strncmp(at, word, n) == 0 && at[n] == ' ')
            return true;
    return false;
}

static bool starts(const char *name, const char *with)
{
    return strncmp(name, with, strlen(with)) == 0;
}

/* atan2l is atan2 in another precision, and so is sinf32x sin. */
static bool is_mathematics(const char *name)
{
    static const char endings[] = " f l f16 f32 f64 f128 f32x f64x ";
    size_t n = strlen(name);
    for (size_t end = 0; end < n && end <= 4; end++)
        if (is_in(mathematics, name, n - end) && (end == 0 || is_in(endings, name + n - end, end)))
            return true;
    return false;
}

/* Macros and types of any header: C keeps whole families of names for them. */
static bool is_kept(const char *name)
{
    static const char *const families[] = { "FP_", "HUGE_VAL", "MATH_", "M_", "atomic_", "cnd_",
                                            "mtx_", "thrd_", "tss_" };
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++)
        if (starts(name, families[i]))
            return true;
    return n > 2 && strcmp(name + n - 2, "_t") == 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Names with an underscore in front, or with two of them in C++, are the compiler's. */
static bool is_identifier(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!is_letter(*c) && (c == name || ((*c < '0' || *c > '9') && *c != '_')))
            return false;
    return *name && !strstr(name, "__");
}

gn_status gni_check_c_name(const char *who, const char *path, const char *name)
{
    size_t n = strlen(name);
    const char *why = n > GNI_C_NAME                                ? "is too long for one"
                      : !is_identifier(name)                        ? "is no name for one"
                      : is_in(keywords, name, n)                    ? "is a keyword of C or C++"
                      : is_in(headers, name, n)                     ? "has a header in C's library"
                      : is_in(library, name, n) || is_kept(name) ||
                            is_mathematics(name)                    ? "is a name of C's library"
                                                                    : NULL;
    if (!why)
        return GN_OK;
    return gn_fail(GN_ERR_ARGUMENT, "%s: %s: the function is called after the file, and \"%s\" %s", who,
                   path, name, why);
}
