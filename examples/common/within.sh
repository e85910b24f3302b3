# Sourced by scripts that wait for a network.

within() { # SECONDS COMMAND...: stopped after that time, where timeout can (in the foreground, so
    # that Ctrl-C reaches the command)
    if timeout --foreground 1 true 2>/dev/null; then
        timeout --foreground "$@"
    else
        shift
        "$@"
    fi
}
