// See native.h.
#include "native.h"
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tabpc::oracle {

namespace {

bool write_all(int fd, const void* data, size_t size)
{
    for (const char* p = static_cast<const char*>(data); size;) {
        const ssize_t n = ::write(fd, p, size);
        if (n <= 0) return false;
        p += n;
        size -= static_cast<size_t>(n);
    }
    return true;
}

bool read_all(int fd, void* to, size_t size)
{
    constexpr int PATIENCE_MS = 20'000; // a batch takes 10
    for (char* p = static_cast<char*>(to); size;) {
        pollfd wait{fd, POLLIN, 0};
        if (::poll(&wait, 1, PATIENCE_MS) <= 0) return false;
        const ssize_t n = ::read(fd, p, size);
        if (n <= 0) return false;
        p += n;
        size -= static_cast<size_t>(n);
    }
    return true;
}

} // namespace

Native::Native(std::string program) : program_(std::move(program))
{
    ::signal(SIGPIPE, SIG_IGN);
    if (::access(program_.c_str(), X_OK)) {
        why_ = "there is no 32-bit runner (no multilib compiler when the build was configured)";
        return;
    }
    const OracleBatch empty{};
    std::vector<Answer> none;
    OracleSnippet nothing{};
    nothing.eip = ORACLE_CODE;
    nothing.es = nothing.ds = ORACLE_DS;
    if (!start() || !exchange(empty, {&nothing, 1}, none) || none[0].outcome.vector != 3) {
        stop();
        why_ = "this machine does not run a 32-bit x86 process";
    }
}

Native::~Native() { stop(); }

bool Native::start()
{
    int in[2], out[2];
    if (::pipe2(in, O_CLOEXEC) || ::pipe2(out, O_CLOEXEC)) return false;
    pid_ = ::fork();
    if (pid_ == 0) {
        ::dup2(in[0], 0);
        ::dup2(out[1], 1);
        ::execl(program_.c_str(), program_.c_str(), nullptr);
        ::_exit(127);
    }
    ::close(in[0]);
    ::close(out[1]);
    to_ = in[1];
    from_ = out[0];
    return pid_ > 0;
}

void Native::stop()
{
    if (pid_ <= 0) return;
    ::close(to_);
    ::close(from_);
    ::kill(static_cast<pid_t>(pid_), SIGKILL);
    ::waitpid(static_cast<pid_t>(pid_), nullptr, 0);
    pid_ = 0;
}

bool Native::exchange(const OracleBatch& content, std::span<const OracleSnippet> snippets,
                      std::vector<Answer>& answers)
{
    OracleBatch head = content;
    head.count = static_cast<u32>(snippets.size());
    if (!write_all(to_, &head, sizeof head) || !write_all(to_, snippets.data(), snippets.size_bytes()))
        return false;
    for (size_t n = 0; n < snippets.size(); n++) {
        Answer& a = answers.emplace_back();
        if (!read_all(from_, &a.outcome, sizeof a.outcome)) return false;
        a.changes.resize(a.outcome.changes);
        if (!read_all(from_, a.changes.data(), a.changes.size())) return false;
    }
    return true;
}

std::vector<Answer> Native::run(const OracleBatch& content, std::span<const OracleSnippet> snippets)
{
    std::vector<Answer> answers;
    if (exchange(content, snippets, answers)) return answers;
    // Something took it down: one by one, to find out what.
    answers.clear();
    for (const OracleSnippet& s : snippets) {
        stop();
        std::vector<Answer> one;
        if (start() && exchange(content, {&s, 1}, one)) {
            answers.push_back(std::move(one[0]));
        } else {
            answers.emplace_back().outcome.vector = DIED;
        }
    }
    return answers;
}

} // namespace tabpc::oracle
