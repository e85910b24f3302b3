# Installs what is missing, builds $program, gets the images that its arguments name, and runs it with them. Sourced
# by the run.sh of the programs that learn from MNIST, which set $program and $examples.

# What the arguments say of the data; the last word counts, as it does for the program.
dataset=mnist
data=
only_words=false
wants_curves=false
case ${1-} in
export) only_words=true ;;
report) wants_curves=true ;;
esac
option=
for argument; do
    if [ -z "$option" ]; then # else this is its value
        case $argument in
        --help | --version) only_words=true ;;
        --report | --report=*) wants_curves=true ;;
        --dataset | --data) option=$argument && continue ;;
        --dataset=* | --data=*) option=${argument%%=*} ;;
        esac
    fi
    case $option in
    --dataset) dataset=${argument#--dataset=} ;;
    --data) data=${argument#--data=} ;;
    esac
    option=
done

# shellcheck source=examples/common/build.sh
. "$examples/common/build.sh"
$only_words || ! $wants_curves || sh "$examples/setup.sh" plot ||
    echo "run: without gnuplot the page has no curves" >&2

if [ -z "$data" ] && ! $only_words; then
    case $dataset in
    mnist)
        cache=${XDG_CACHE_HOME:-${HOME:?names the folder to keep MNIST in}/.cache}/gemmnet/mnist
        sh "$examples/fetch_mnist.sh" "$cache"
        # (test, show and report look there too, unless their model is of other images)
        case ${1-} in
        test | show | report) ;;
        *) set -- "$@" --data "$cache" ;;
        esac
        ;;
    fashion) sh "$examples/setup.sh" fashion ;;
    esac
fi
exec "$build/examples/$program/$program" "$@"
