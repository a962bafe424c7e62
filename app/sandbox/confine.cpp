#include "app/sandbox/confine.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace nscope::sandbox {

namespace {

/// What LibTorch's arithmetic, the allocator, OpenMP and the pipe to the parent need.
constexpr int kAllowed[] = {
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(poll), SCMP_SYS(close),
    SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mprotect), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(exit), SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(sysinfo), SCMP_SYS(uname),
    SCMP_SYS(getrandom), SCMP_SYS(restart_syscall),
};

/// What no network does by accident. Everything named nowhere fails with EPERM.
constexpr int kDeadly[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork), SCMP_SYS(vfork), SCMP_SYS(ptrace), SCMP_SYS(kill),
    SCMP_SYS(tkill), SCMP_SYS(pidfd_open), SCMP_SYS(pidfd_send_signal), SCMP_SYS(pidfd_getfd),
    SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev), SCMP_SYS(socket), SCMP_SYS(socketpair),
    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(sendto),
    SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvmsg), SCMP_SYS(creat), SCMP_SYS(openat2), SCMP_SYS(truncate),
    SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2),
    SCMP_SYS(sendfile), SCMP_SYS(splice), SCMP_SYS(copy_file_range), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rmdir), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
    SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(symlink), SCMP_SYS(symlinkat), SCMP_SYS(mknod), SCMP_SYS(mknodat),
    SCMP_SYS(chmod), SCMP_SYS(fchmod), SCMP_SYS(fchmodat), SCMP_SYS(chown), SCMP_SYS(fchown), SCMP_SYS(lchown),
    SCMP_SYS(fchownat), SCMP_SYS(setxattr), SCMP_SYS(fsetxattr), SCMP_SYS(mount), SCMP_SYS(umount2),
    SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(io_uring_setup),
    SCMP_SYS(bpf), SCMP_SYS(keyctl), SCMP_SYS(shmget), SCMP_SYS(shmat),
};

/// A condition on an argument of a call.
scmp_arg_cmp equals(unsigned argument, std::uint64_t value) { return {argument, SCMP_CMP_EQ, value, 0}; }
scmp_arg_cmp maskedEquals(unsigned argument, std::uint64_t mask, std::uint64_t value)
{
    return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

/// Remembers its first error, after which it does nothing.
class Filter {
public:
    Filter() : m_filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release)
    {
        if (!m_filter)
            m_error = -ENOMEM;
        attribute(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
        attribute(SCMP_FLTATR_CTL_TSYNC, 1);
    }
    void rule(std::uint32_t action, int call, std::initializer_list<scmp_arg_cmp> conditions = {})
    {
        // A call that this architecture does not have needs no rule.
        if (m_error == 0 && call >= 0)
            m_error = seccomp_rule_add_array(m_filter.get(), action, call, unsigned(conditions.size()),
                                             conditions.begin());
    }
    int load() { return m_error != 0 ? m_error : seccomp_load(m_filter.get()); }

private:
    void attribute(scmp_filter_attr attribute, std::uint32_t value)
    {
        if (m_error == 0)
            m_error = seccomp_attr_set(m_filter.get(), attribute, value);
    }

    std::unique_ptr<void, decltype(&seccomp_release)> m_filter;
    int m_error = 0;
};

/// `open` and `openat` have their flags at different places.
void refuseOpening(Filter& filter, int call, unsigned flags)
{
    for (const std::uint64_t writing : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_APPEND})
        filter.rule(SCMP_ACT_KILL_PROCESS, call, {maskedEquals(flags, writing, writing)});
}

int loadFilter()
{
    Filter filter;
    for (const int call : kAllowed)
        filter.rule(SCMP_ACT_ALLOW, call);
    for (const int call : kDeadly)
        filter.rule(SCMP_ACT_KILL_PROCESS, call);
    for (const int call : {SCMP_SYS(write), SCMP_SYS(writev)}) {
        for (const std::uint64_t descriptor : {STDOUT_FILENO, STDERR_FILENO})
            filter.rule(SCMP_ACT_ALLOW, call, {equals(0, descriptor)});
    }
    refuseOpening(filter, SCMP_SYS(open), 1);
    refuseOpening(filter, SCMP_SYS(openat), 2);
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(prctl), {equals(0, PR_SET_NAME)});
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {equals(0, std::uint64_t(getpid()))});  // abort()
    // Threads, but no processes. clone3 hides its flags from a filter; the C library then falls back to clone.
    filter.rule(SCMP_ACT_ALLOW, SCMP_SYS(clone), {maskedEquals(0, CLONE_THREAD, CLONE_THREAD)});
    filter.rule(SCMP_ACT_KILL_PROCESS, SCMP_SYS(clone), {maskedEquals(0, CLONE_THREAD, 0)});
    filter.rule(SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3));
    return filter.load();
}

/// Bytes of address space in use; 0 if the system does not tell.
std::uint64_t addressSpaceBytes()
{
    std::uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    return pages * std::uint64_t(sysconf(_SC_PAGESIZE));
}

}  // namespace

bool bindToParent(pid_t parent)
{
    return prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && getppid() == parent;
}

// RLIMIT_NPROC is left alone: it counts every thread of the user, in all programs. The filter forbids processes, and
// the stacks of threads count as memory.
std::optional<std::string> confine(const Limits& limits, int lastDescriptor)
{
    const std::uint64_t inUse = addressSpaceBytes();
    if (inUse == 0)
        return "the memory in use could not be read";
    if (close_range(unsigned(lastDescriptor) + 1, ~0U, 0) != 0)
        return std::string("descriptors could not be closed (") + std::strerror(errno) + ")";
    struct Limit {
        __rlimit_resource resource;
        rlim_t value;
        const char* name;
    };
    for (const Limit& limit : {Limit{RLIMIT_AS, inUse + limits.memoryBytes, "memory"},
                               Limit{RLIMIT_CPU, limits.cpuSeconds, "processor time"},
                               Limit{RLIMIT_NOFILE, rlim_t(lastDescriptor) + 1, "files"},
                               Limit{RLIMIT_FSIZE, 0, "file sizes"}, Limit{RLIMIT_CORE, 0, "core dumps"}}) {
        // At the soft limit of processor time comes SIGXCPU, at the hard one SIGKILL, which says less.
        const rlimit both{limit.value, limit.resource == RLIMIT_CPU ? limit.value + 1 : limit.value};
        if (setrlimit(limit.resource, &both) != 0)
            return std::string("the limit of ") + limit.name + " could not be set (" + std::strerror(errno) + ")";
    }
    if (const int error = loadFilter(); error != 0)
        return std::string("the system call filter could not be set (") + std::strerror(-error) + ")";
    return std::nullopt;
}

}  // namespace nscope::sandbox
