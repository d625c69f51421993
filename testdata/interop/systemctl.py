#!/usr/bin/env python3
"""Stands in for systemctl and journalctl where there is no systemd: runs what an installed unit says, as the unit says.

    systemctl start|stop|restart|try-restart|enable [--now]|is-active|daemon-reload UNIT
    journalctl -u UNIT

The command line, environment, user, capabilities, umask and limits are those of the unit. Where mount namespaces can be had,
everything but its directories is read-only, /home and /root are empty, and /tmp is its own. What it prints and its process ID
are kept in the directory that SYSTEMCTL_STATE names.
"""
import os, pwd, re, resource, shlex, signal, socket, subprocess, sys, time

STATE = os.environ["SYSTEMCTL_STATE"]
PLACES = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]


def unit(name):
    for place in PLACES:
        path = os.path.join(place, name)
        if os.path.exists(path):
            return parse(path)
    sys.exit(f"Unit {name} not found.")


def parse(path):
    settings, section = {}, ""
    for line in open(path):
        line = line.strip()
        if line.startswith("["):
            section = line.strip("[]")
        elif line and line[0] not in "#;":
            key, _, value = line.partition("=")
            settings.setdefault((section, key.strip()), []).append(value.strip())
    return settings


def get(u, key, default="", section="Service"):
    return u.get((section, key), [default])[-1]


def environment(u):
    """What a service begins with, and what the unit and its files add."""
    user = pwd.getpwnam(get(u, "User", "root"))
    env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG": "C.UTF-8", "HOME": user.pw_dir,
           "USER": user.pw_name, "LOGNAME": user.pw_name, "SHELL": user.pw_shell, "JOURNAL_STREAM": "1:1", "INVOCATION_ID": "0" * 32}
    for line in u.get(("Service", "Environment"), []):
        env.update(w.split("=", 1) for w in shlex.split(line))
    for path in u.get(("Service", "EnvironmentFile"), []):
        if path.startswith("-") and not os.path.exists(path[1:]):
            continue
        for line in open(path.lstrip("-")):
            if line.strip() and line.strip()[0] not in "#;":
                name, _, value = line.strip().partition("=")
                env[name] = " ".join(shlex.split(value, posix=True)) if value[:1] in "\"'" else value
    return env


def words(line, env):
    """The words of a command line: $NAME alone is as many words as it has, ${NAME} is within one."""
    for word in shlex.split(line):
        if re.fullmatch(r"\$[A-Za-z_]\w*", word):
            yield from shlex.split(env.get(word[1:], ""))
        else:
            word = re.sub(r"\$\{(\w+)\}", lambda m: env.get(m[1], ""), word)
            yield word.replace("%S", "/var/lib").replace("%%", "%").replace("$$", "$")


def make_directories(u):
    user = pwd.getpwnam(get(u, "User", "root"))
    for name in get(u, "StateDirectory").split():
        path = os.path.join("/var/lib", name)
        os.makedirs(path, exist_ok=True)
        os.chmod(path, int(get(u, "StateDirectoryMode", "0755"), 8))
        os.chown(path, user.pw_uid, user.pw_gid)


def become(u, env, line):
    """Takes away what the unit takes away, and runs the command in place of this process."""
    if get(u, "ProtectSystem") == "strict" and os.environ.get("SYSTEMCTL_NAMESPACE"):
        writable = [os.path.join("/var/lib", n) for n in get(u, "StateDirectory").split()] + [w.lstrip("-") for w in get(u, "ReadWritePaths").split()]
        writable = [w for w in writable if os.path.exists(w)]
        mount = lambda *args: subprocess.run(["mount", *args], check=True, stdout=subprocess.DEVNULL)
        points = [l.split()[4].encode().decode("unicode_escape") for l in open("/proc/self/mountinfo")]
        for path in writable:
            mount("--bind", path, path)
        for path in points:
            if not re.match(r"/(dev|proc|sys)(/|$)", path) and path not in writable:
                subprocess.run(["mount", "-o", "remount,bind,ro", path], stderr=subprocess.DEVNULL)
        if get(u, "PrivateTmp") == "yes":
            mount("-t", "tmpfs", "tmpfs", "/tmp")
        if get(u, "ProtectHome") == "yes":
            for path in ["/home", "/root"]:
                mount("-t", "tmpfs", "-o", "mode=000", "tmpfs", path)
    os.umask(int(get(u, "UMask", "0022"), 8))
    if files := get(u, "LimitNOFILE"):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        n = int(files) if hard == resource.RLIM_INFINITY else min(int(files), hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (n, n))
    user, cap = get(u, "User", "root"), lambda key: [c.lower().removeprefix("cap_") for c in get(u, key).split()]
    ambient = "".join(",+" + c for c in cap("AmbientCapabilities"))
    args = ["setpriv", "--reuid", user, "--regid", get(u, "Group", user), "--init-groups", "--inh-caps", "-all" + ambient, "--ambient-caps", "-all" + ambient]
    if ("Service", "CapabilityBoundingSet") in u:
        args += ["--bounding-set", "-all" + "".join(",+" + c for c in cap("CapabilityBoundingSet"))]
    if get(u, "NoNewPrivileges") == "yes":
        args.append("--no-new-privs")
    os.chdir("/")
    os.execvpe(args[0], args + list(words(line, env)), env)


def alive(name):
    try:
        pid = int(open(f"{STATE}/{name}.pid").read())
        state = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0]
        return pid if state != "Z" else 0
    except (OSError, ValueError):
        return 0


def start(name):
    if alive(name):
        return
    u = unit(name)
    if name.endswith(".timer"): # nothing is due here
        unit(get(u, "Unit", name.removesuffix(".timer") + ".service", "Timer"))
        return
    make_directories(u)
    kind, log = get(u, "Type", "simple"), open(f"{STATE}/{name}.log", "ab")
    for line in u[("Service", "ExecStart")]:
        ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        ready.bind(b"\0spaces-notify-%d" % os.getpid())
        ready.settimeout(0.1)
        env = dict(os.environ, SYSTEMCTL_NOTIFY=f"@spaces-notify-{os.getpid()}" if kind == "notify" else "")
        inner = [sys.executable, os.path.abspath(__file__), "--become", name, line]
        if subprocess.run(["unshare", "--mount", "--propagation", "private", "true"], stderr=subprocess.DEVNULL).returncode == 0:
            inner, env["SYSTEMCTL_NAMESPACE"] = ["unshare", "--mount", "--propagation", "private", *inner], "1"
        p = subprocess.Popen(inner, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        if kind == "oneshot":
            if p.wait():
                sys.exit(f"Job for {name} failed, see journalctl -u {name}.")
            continue
        open(f"{STATE}/{name}.pid", "w").write(str(p.pid))
        deadline = time.monotonic() + 90
        while kind == "notify":
            if p.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"Job for {name} failed, see journalctl -u {name}.")
            try:
                if b"READY=1" in ready.recv(4096):
                    break
            except TimeoutError:
                pass


def stop(name):
    pid = alive(name)
    if not pid:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while alive(name):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def main(args):
    if os.path.basename(sys.argv[0]).startswith("journalctl"):
        name = args[args.index("-u") + 1]
        path = f"{STATE}/{name if '.' in name else name + '.service'}.log"
        sys.stdout.write(open(path).read() if os.path.exists(path) else "")
        return
    if args[:1] == ["--become"]:
        u = unit(args[1])
        env = environment(u)
        if os.environ.get("SYSTEMCTL_NOTIFY"):
            env["NOTIFY_SOCKET"] = os.environ["SYSTEMCTL_NOTIFY"]
        become(u, env, args[2])
    verb, *names = [a for a in args if not a.startswith("-")]
    for name in [n if "." in n else n + ".service" for n in names]:
        if verb == "enable":
            unit(name)[("Install", "WantedBy")]
        if verb == "is-active":
            sys.exit(0 if alive(name) else 3)
        ran = alive(name)
        if verb in ("stop", "restart", "try-restart"):
            stop(name)
        if verb in ("start", "restart") or verb == "enable" and "--now" in args or verb == "try-restart" and ran:
            start(name)


main(sys.argv[1:])
