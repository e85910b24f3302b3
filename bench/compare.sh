#!/bin/sh
# gemmnet and its peers side by side:  sh bench/compare.sh [--option VALUE]...
#   --layers N-N-N (784-16-16-10)     --batch N,N (1,8,32,128,512,2048,8192)   --threads N,N (1)
#   --seconds X (1) of each run       --repetitions N (5)                      --peers NAME,NAME (all)
#   --data DIR: MNIST's files (as examples/fetch_mnist.sh brings them)
#   --out DIR: where compare.csv and compare.svg go (build/bench)
#   --build DIR: a build with the throughput program (BUILD, or build, which it makes)
#   --no-install: go on with what is there
# All of them train the same network on the same shuffled images. One run of each after the other,
# then all again: medians. OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE, which hold OpenBLAS back, are
# unset for the runs.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/.." && pwd)
layers=784-16-16-10
batches=1,8,32,128,512,2048,8192
threads=1
seconds=1
repetitions=5
peers=gemmnet,torch,numpy,sklearn,fann
data=
build=${BUILD:-$root/build}
out=
install=true

say() {
    echo "compare: $*" >&2
}

die() {
    say "$*"
    exit 1
}

# ---- the command line ----------------------------------------------------------------

usage() {
    sed -n '2,/^set/{ /^#/s/^# \{0,1\}//p; }' "$0"
}

wants() { # OPTION VALUE PATTERN: which an extended regular expression for all of it
    echo "$2" | grep -Eqx -e "$3" || die "$1 $2: this is not what it wants (see --help)"
}

while [ $# -gt 0 ]; do
    case $1 in
    --help) usage && exit 0 ;;
    --no-install) install=false && shift && continue ;;
    --*=*)
        option=${1%%=*}
        value=${1#*=}
        ;;
    --*)
        [ $# -gt 1 ] || die "$1 wants a value, or is unknown (see --help)"
        option=$1
        value=$2
        shift
        ;;
    *) die "unexpected argument '$1' (see --help)" ;;
    esac
    shift
    list='[1-9][0-9]*(,[1-9][0-9]*)*'
    case $option in
    --layers) wants "$option" "$value" '[1-9][0-9]*(-[1-9][0-9]*)+' && layers=$value ;;
    --batch) wants "$option" "$value" "$list" && batches=$value ;;
    --threads) wants "$option" "$value" "$list" && threads=$value ;;
    --seconds) wants "$option" "$value" '[0-9]*[.]?[0-9]*[1-9][0-9]*|[1-9][0-9]*' && seconds=$value ;;
    --repetitions) wants "$option" "$value" '[1-9][0-9]*' && repetitions=$value ;;
    --peers)
        wants "$option" "$value" '(gemmnet|torch|numpy|sklearn|fann)(,(gemmnet|torch|numpy|sklearn|fann))*'
        peers=$value
        ;;
    --data) data=$value ;;
    --out) out=$value ;;
    --build) build=$value ;;
    *) die "unknown option $option (see --help)" ;;
    esac
done
out=${out:-$build/bench}

# ---- what it takes ---------------------------------------------------------------------

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
trap 'exit 130' INT TERM HUP

quietly() {
    "$@" >"$temp/log" 2>&1 || {
        cat "$temp/log" >&2
        die "this failed: $*"
    }
}

[ -f "$build/build.ninja" ] || (BUILD=$build && . "$root/examples/common/build_folder.sh") || exit 1
if $install; then
    sh "$root/examples/setup.sh" build
    sh "$root/examples/setup.sh" plot peers || say "going on with the peers that are there"
fi
[ -f "$build/build.ninja" ] ||
    quietly meson setup "$build" "$root" --buildtype=release --wrap-mode=nodownload
quietly meson compile -C "$build" throughput
THROUGHPUT=$build/bench/throughput
export THROUGHPUT
if [ -z "$data" ]; then
    data=${XDG_CACHE_HOME:-${HOME:?names the folder to keep MNIST in}/.cache}/gemmnet/mnist
    sh "$root/examples/fetch_mnist.sh" "$data"
fi
[ -f "$data/train-images-idx3-ubyte" ] || die "there is no $data/train-images-idx3-ubyte"
mkdir -p "$out"

# ---- which peers are there ----------------------------------------------------------------

find_python() { # MODULE: the Python that has it
    for python in /usr/bin/python3 python3; do
        "$python" -c "import $1" 2>/dev/null && echo "$python" && return
    done
    return 1
}

build_fann() { # its float build
    # shellcheck disable=SC2046 # word splitting is what makes several flags of it
    ${CC:-cc} -O3 -std=c11 -D_POSIX_C_SOURCE=200809L -o "$temp/fann_train" \
        "$here/peers/fann_train.c" $(pkg-config --cflags fann 2>/dev/null) -lfloatfann -lm \
        2>/dev/null
}

prepare() { # PEER: writes its command to $temp/PEER, a line per word
    case $1 in
    gemmnet) printf 'sh\n%s\n' "$here/peers/gemmnet_train.sh" ;;
    fann) build_fann && echo "$temp/fann_train" ;;
    *) find_python "$1" && echo "$here/peers/$1_train.py" ;;
    esac >"$temp/$1"
}

version() { # PEER
    case $1 in
    gemmnet) sed -n "s/^ *version: '\(.*\)',*/\1/p" "$root/meson.build" ;;
    fann) pkg-config --modversion fann ;;
    *) "$(sed -n 1p "$temp/$1")" -c "import $1; print($1.__version__)" ;;
    esac
}

present=
for peer in $(echo "$peers" | tr , ' '); do
    if prepare "$peer"; then
        present="$present $peer"
    else
        say "$peer is not here: skipped"
    fi
done
[ -n "$present" ] || die "none of $peers is here"

# ---- what is measured on -------------------------------------------------------------------

unhampered() {
    env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE PYTHONDONTWRITEBYTECODE=1 "$@"
}

describe() {
    unhampered "$THROUGHPUT" --layers 1-2 --batch 1 --seconds 0.001 | sed -n '1,/^built/p'
    echo "layers     $layers, MNIST"
    for peer in $present; do
        echo "$peer $(version "$peer")"
    done
    for peer in numpy torch; do
        case $present in
        *$peer*) "$(sed -n 1p "$temp/$peer")" -c "import $peer
print('$peer', 'runs', *{line.split()[-1] for line in open('/proc/self/maps') if 'blas' in line})" ;;
        esac
    done 2>/dev/null || :
    for name in OPENBLAS_CORETYPE OPENBLAS_L2_SIZE; do
        eval "[ -z \"\${$name-}\" ]" || echo "$name is set here, and unset for the runs"
    done
}

# ---- runs --------------------------------------------------------------------------------------

run_one() { # PEER BATCH THREADS: samples per second; 3: it does not do that
    program=$(sed -n 1p "$temp/$1")
    argument=$(sed -n 2p "$temp/$1")
    unhampered "$program" ${argument:+"$argument"} "$layers" "$2" "$3" "$seconds" "$data" \
        2>"$temp/log"
}

record() { # PEER BATCH THREADS
    key="$1,$layers,$2,$3"
    ! grep -qxF "$key" "$temp/given_up" || return 0
    code=0
    rate=$(run_one "$@") || code=$?
    if [ $code -eq 0 ]; then
        echo "$key,$rate" >>"$temp/runs"
        return
    fi
    echo "$key" >>"$temp/given_up"
    [ $code -eq 3 ] || {
        cat "$temp/log" >&2
        say "$1 failed with batch $2 on $3 threads: skipped"
    }
}

: >"$temp/runs"
: >"$temp/given_up"
describe
repetition=0
while [ $((repetition += 1)) -le "$repetitions" ]; do
    say "repetition $repetition of $repetitions"
    for n in $(echo "$threads" | tr , ' '); do
        for batch in $(echo "$batches" | tr , ' '); do
            for peer in $present; do
                record "$peer" "$batch" "$n"
            done
        done
    done
done
[ -s "$temp/runs" ] || die "nothing could be measured"

# ---- medians ---------------------------------------------------------------------------------------

# Of what is sorted by key, then by number: the median, and (p75 - p25) / median.
medians() {
    sort -t , -k 1,4 -k 5,5g "$temp/runs" | awk -F , '
        function at(share,  place, below) {
            place = 1 + share * (n - 1)
            below = int(place)
            return value[below] + (place - below) * (value[below < n ? below + 1 : n] - value[below])
        }
        function conclude() {
            if (n > 0)
                printf "%s,%.6g,%.4f,%d\n", key, at(0.5), (at(0.75) - at(0.25)) / at(0.5), n
            n = 0
        }
        { this = $1 "," $2 "," $3 "," $4 }
        this != key { conclude(); key = this }
        { value[++n] = $5 }
        END { conclude() }'
}

table() { # a line per number of threads and batch size, in the order that was asked for
    awk -F , -v batches="$batches" -v threads="$threads" -v peers="${present# }" '
        { rate[$1, $3, $4] = $5 }
        END {
            n_peers = split(peers, peer, " ")
            n_batches = split(batches, batch, ",")
            n_threads = split(threads, thread, ",")
            printf "\nsamples per second, trained; medians\n%7s %6s", "threads", "batch"
            for (i = 1; i <= n_peers; i++) printf " %10s", peer[i]
            for (t = 1; t <= n_threads; t++)
                for (b = 1; b <= n_batches; b++) {
                    printf "\n%7d %6d", thread[t], batch[b]
                    for (i = 1; i <= n_peers; i++) {
                        r = rate[peer[i], batch[b], thread[t]]
                        printf " %10s", r == "" ? "-" : sprintf("%.0f", r)
                    }
                }
            print ""
        }' "$temp/medians"
}

medians >"$temp/medians"
{
    echo peer,layers,batch,threads,samples_per_second,spread,repetitions
    sort -t , -k 1,1 -k 4,4n -k 3,3n "$temp/medians"
} >"$temp/compare.csv"
table
cp "$temp/compare.csv" "$out/compare.csv"

# ---- drawing ------------------------------------------------------------------------------------------

known_as() { # PEER
    case $1 in
    torch) echo PyTorch ;;
    numpy) echo NumPy ;;
    sklearn) echo scikit-learn ;;
    fann) echo FANN ;;
    *) echo "$1" ;;
    esac
}

script() { # a line per peer and number of threads, peers told apart by colour, threads by dashes
    echo "set terminal svg noenhanced size 860,520 font 'sans-serif,13' background 'white'
set logscale xy
set logscale x 2
set xrange [$(echo "$batches" | tr , '\n' | sort -n | sed -n '1p;$p' | awk '
        NR == 1 { low = high = $1 } { high = $1 } END { print 0.8 * low ":" 1.25 * high }')]
set xlabel 'batch size'
set ylabel 'samples per second'
set title 'training $layers on MNIST'
set format y '%.0s%c'
set border 3
set xtics nomirror out scale 0.5 ($batches)
set ytics nomirror out scale 0.5
set grid lt 1 lw 0.5 lc rgb '#dddddd'
set key outside right Left reverse
set datafile separator ','"
    lines=
    colour=0
    for peer in $present; do
        colour=$((colour + 1))
        dash=0
        for n in $(echo "$threads" | tr , ' '); do
            dash=$((dash + 1))
            points=$(awk -F , -v peer="$peer" -v n="$n" '$1 == peer && $4 == n { print $3 "," $5 }' \
                "$temp/compare.csv")
            [ -n "$points" ] || continue
            printf '$%s_%s << END\n%s\nEND\n' "$peer" "$n" "$points"
            s=s
            [ "$n" -gt 1 ] || s=
            lines="$lines${lines:+, }\$${peer}_$n with linespoints lw 2 pt 7 ps 0.6 dt $dash \
lc rgb word('#0072b2 #d55e00 #009e73 #cc79a7 #e69f00', $colour) title '$(known_as "$peer"), $n thread$s'"
        done
    done
    echo "plot $lines"
}

if command -v gnuplot >/dev/null; then
    script >"$temp/script"
    gnuplot "$temp/script" >"$temp/compare.svg" || die "gnuplot could not draw"
    cp "$temp/compare.svg" "$out/compare.svg"
    say "written: $out/compare.csv, $out/compare.svg"
else
    say "written: $out/compare.csv; there is no gnuplot to draw it"
fi
