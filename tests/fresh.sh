#!/bin/sh
# The project on machines that have nothing:
#     sudo sh tests/fresh.sh [--suite|--pages] [--keep] [PAGE...] RELEASE...
# RELEASE: 12 or 13, of Debian. Makes a minimal root of each (mmdebstrap; packages come from where
# this machine's apt gets its own), and in copies of it, as a new user who may sudo, with the tree
# as it was last committed:
#   --suite   examples/mnist/run.sh and tests/run.sh, each twice
#   --pages   every command of README.md, CONTRIBUTING.md, SECURITY.md, examples/README.md and
#             docs/, each page (or PAGE: only these) in a root of its own. checks/page_commands.py
#             takes them from the pages.
# Both, if neither is named. --list only shows the pages' commands and what is run, and needs no
# root. Logs stay in build/fresh/logs/ (BUILD=DIR: DIR/fresh/), with --keep the roots too, which are
# removed else. It takes an hour or two, and ends with one line: N passed, N failed.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"

all_pages='README.md CONTRIBUTING.md SECURITY.md examples/README.md docs/*.md docs/*/*.md'

# Sections that are read by people who have not done what comes before.
alone='README.md#Install and link'

# Commands that are not run as they are written: the command | the reason | what is run instead, or
# nothing. Each must be one of a page, to the letter. A line that begins with blanks goes on with
# the one before.
others='
sh tests/run.sh | --suite runs it |
sh tests/run.sh --interop | downloads PyTorch, ONNX Runtime and a browser; CI runs it |
sudo sh tests/fresh.sh 12 13 | is this |
xdg-open digits.html | a root has no desktop |
sh tests/fuzz/run.sh 10 | takes 10 minutes for each of 7 targets | sh tests/fuzz/run.sh 0.05
sh bench/compare.sh --threads 1,2 |
    installs PyTorch, and takes a quarter of an hour; the suite runs it |
    sh bench/compare.sh --help
python3 docs/guide/experiments.py build ~/.cache/gemmnet/mnist |
    trains again all that the chapter has trained |
    python3 docs/guide/experiments.py build ~/.cache/gemmnet/mnist --check
'
others=$(echo "$others" | sed -e ':more' -e '$!N; s/\n  */ /; t more' -e 'P; D')

die() {
    echo "fresh: $*" >&2
    exit 1
}

# ---- a minimal root ------------------------------------------------------------------------

codename() {
    case $1 in
    11) echo bullseye ;;
    12) echo bookworm ;;
    13) echo trixie ;;
    *) die "$1 is no release that this knows (11, 12, 13)" ;;
    esac
}

# Where apt gets packages of this origin here.
archive() { # LABEL
    # shellcheck disable=SC2016 # apt fills them in
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        sed -n "s/^$1 //p" | head -n 1
}

sources() { # CODENAME
    main=$(archive Debian)
    security=$(archive Debian-Security)
    [ -n "$main" ] ||
        die "apt here knows no archive of Debian's (is it Debian, and did it run apt-get update?)"
    echo "deb $main $1 main"
    [ -z "$security" ] || echo "deb $security $1-security main"
}

# How apt reaches them: proxies and the like.
apt_settings() {
    apt-config dump | grep -E '^Acquire::(https?::|Check-|Retries)' | grep -v Auto-Detect
}

make_base() { # RELEASE: the root that others are copies of
    name=$(codename "$1") && mkdir -p "$fresh/apt-$1/partial" &&
        rm -rf --one-file-system "$fresh/base-$1" && apt_settings >"$fresh/apt.conf"
    sources "$name" >"$fresh/sources" &&
        mmdebstrap --variant=minbase --include=sudo --aptopt="$fresh/apt.conf" "$name" \
            "$fresh/base-$1" "$fresh/sources" || return 1
    base=$fresh/base-$1
    chroot "$base" useradd -m -s /bin/bash user &&
        echo 'user ALL=(ALL) NOPASSWD: ALL' >"$base/etc/sudoers.d/user" || return 1
    # names and certificates as this machine has them
    cp -L /etc/resolv.conf /etc/hosts "$base/etc"
    mkdir -p "$base/usr/local/share/ca-certificates"
    cp -L /usr/local/share/ca-certificates/*.crt "$base/usr/local/share/ca-certificates" 2>/dev/null
    tree=$base/home/user/gemmnet
    mkdir "$tree" && git -c safe.directory='*' -C "$root" archive HEAD | tar -xf - -C "$tree" &&
        cp "$tree/tests/stages/install_program.c" "$tree/prog.c" &&
        chroot "$base" chown -R user:user /home/user
}

new_root() { # RELEASE NAME: sets $here
    here=$fresh/root-$1-$2
    rm -rf --one-file-system "$here" && cp -a --reflink=auto "$fresh/base-$1" "$here"
}

end_root() {
    $keep || rm -rf --one-file-system "$here"
}

# Runs a command in $here as the user. All that is mounted is seen by this command only.
as_user() { # RELEASE COMMAND...
    # shellcheck disable=SC2016,SC2046 # the inner shell's; words
    unshare --mount --propagation private sh -c '
        here=$1 cache=$2
        shift 2
        mount -t proc proc "$here/proc" && mount --rbind /dev "$here/dev" &&
            mount --rbind /sys "$here/sys" &&
            mount --bind "$cache" "$here/var/cache/apt/archives" || exit 1
        exec chroot "$here" setpriv --reuid user --regid user --init-groups \
            env -i HOME=/home/user USER=user LOGNAME=user SHELL=/bin/bash LANG=C.UTF-8 TERM=dumb \
            PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games "$@"' \
        sh "$here" "$fresh/apt-$1" $(network_variables) sh -c "cd && cd gemmnet && ${2}" </dev/null
}

network_variables() { # (their values have no blanks)
    env | grep -iE '^(https?_proxy|ftp_proxy|no_proxy|npm_config_registry)='
    [ ! -f /etc/ssl/certs/ca-certificates.crt ] ||
        echo npm_config_cafile=/etc/ssl/certs/ca-certificates.crt
}

# ---- commands ----------------------------------------------------------------------------------

# A session: one shell, as the reader of a page has one. Reads lines NUMBER, tab, command; writes a
# log for each, and a line NUMBER CODE SECONDS.
session='shopt -s expand_aliases
set -o pipefail
exec 8<~/commands 9>~/results
mkdir ~/logs
while IFS="	" read -r number line <&8; do
    began=$SECONDS
    eval "$line" >~/logs/$number 2>&1 </dev/null 8<&- 9>&-
    echo $number $? $((SECONDS - began)) >&9
done'

instead_of() { # COMMAND: prints what to run; 1: nothing
    entry=$(echo "$others" | grep -nF -e "$1 | " | while IFS= read -r found; do
        case $found in
        *:"$1 | "*) echo "$found" ;;
        esac
    done | head -n 1)
    [ -n "$entry" ] || {
        printf '%s\n' "$1" # (echo would obey a backslash)
        return 0
    }
    echo "${entry%%:*}" >>"$fresh/used"
    replaced=$(echo "$entry" | sed 's/.*| *//')
    [ -n "$replaced" ] && echo "$replaced"
}

# Counts what a session did.
count_session() { # NAME
    while IFS='	' read -r number command; do
        result=$(sed -n "s/^$number //p" "$here/home/user/results" 2>/dev/null)
        log=$logs/$1-$number.log
        { printf '%s\n' "$command" && cat "$here/home/user/logs/$number"; } >"$log" 2>/dev/null
        case $result in
        '0 '*) pass "$number: $command (${result#* } s)" ;;
        *) fail "$number: $command (exit code ${result:-: was not reached})" "$log" ;;
        esac
    done <"$here/home/user/commands"
}

run_session() { # RELEASE NAME: the commands in $here/home/user/commands
    printf '%s\n' "$session" >"$here/home/user/session"
    as_user "$1" 'exec timeout 7200 bash ~/session' >"$logs/$2.log" 2>&1
    count_session "$2"
}

run_page() { # RELEASE PAGE [SECTION]
    run_name=$1-$(echo "$2${3+-$3}" | tr -c 'A-Za-z0-9\n' -)
    python3 "$tests/checks/page_commands.py" "$fresh/base-$1/home/user/gemmnet/$2" ${3+"$3"} \
        >"$fresh/of_page" || {
        fail "$2: its commands" /dev/null
        return
    }
    [ -s "$fresh/of_page" ] || return 0
    title "Debian $1, $2${3+: $3}"
    new_root "$1" "$run_name" || return 1
    while IFS='	' read -r number command; do
        ! command=$(instead_of "$command") || printf '%s\t%s\n' "$number" "$command"
    done <"$fresh/of_page" >"$here/home/user/commands"
    [ ! -s "$here/home/user/commands" ] || run_session "$1" "$run_name"
    end_root
}

test_pages() { # RELEASE
    for page in $pages; do
        run_page "$1" "$page"
    done
    [ "$pages" = "$all_pages" ] || return
    run_page "$1" "${alone%%#*}" "${alone#*#}"
    check "each command of the list is one of a page" is_used_up
}

# The list is as short as it can be.
is_used_up() {
    echo "$others" | sed -n '/|/=' | while read -r line; do
        grep -qx "$line" "$fresh/used" || echo "$others" | sed -n "${line}p"
    done >"$fresh/unused"
    cat "$fresh/unused"
    [ ! -s "$fresh/unused" ]
}

list_pages() {
    for page in $pages; do
        python3 "$tests/checks/page_commands.py" "$page" | while IFS='	' read -r number command; do
            printf '%s\n' "$page:$number: $command"
            ran=$(instead_of "$command") && [ "$ran" = "$command" ] ||
                echo "    runs: ${ran:-nothing}"
        done
    done
    is_used_up
}

test_suite() { # RELEASE
    title "Debian $1: two commands, each twice"
    new_root "$1" suite || return 1
    printf '%s\t%s\n' 1 'sh examples/mnist/run.sh' 2 'sh examples/mnist/run.sh' \
        3 'sh tests/run.sh' 4 'sh tests/run.sh' >"$here/home/user/commands"
    run_session "$1" "$1-suite"
    for number in 3 4; do
        tail -n 1 "$logs/$1-suite-$number.log" | sed 's/^/        /'
    done
    end_root
}

# ---- the command line ----------------------------------------------------------------------------

keep=false
list=false
parts=
pages=
releases=
for argument; do
    case $argument in
    --keep) keep=true ;;
    --list) list=true ;;
    --suite | --pages) parts="$parts ${argument#--}" ;;
    *.md) pages="$pages $argument" ;;
    [0-9]*) codename "$argument" >/dev/null && releases="$releases $argument" || exit 2 ;;
    *)
        sed -n '2,/^tests=/{ /^#/s/^# \{0,1\}//p; }' "$0" >&2
        exit 2
        ;;
    esac
done
pages=${pages:-$all_pages}
fresh=$build/fresh
logs=$fresh/logs
mkdir -p "$logs"
: >"$fresh/used"
cd "$root" || exit 1
if $list; then
    list_pages
    exit
fi
[ -n "$releases" ] || die "which release? sudo sh tests/fresh.sh 12 13"
[ "$(id -u)" -eq 0 ] || die "only root can make a root: sudo sh tests/fresh.sh$releases"
for program in mmdebstrap git python3 unshare; do
    command -v $program >/dev/null || die "$program is missing: apt-get install $program"
done

for release in $releases; do
    title "Debian $release: a minimal root"
    check "mmdebstrap" make_base "$release"
    [ -x "$fresh/base-$release/usr/bin/sudo" ] || continue
    for part in ${parts:-suite pages}; do
        test_$part "$release"
    done
    $keep || rm -rf --one-file-system "$fresh/base-$release" "$fresh/apt-$release"
done
finish
