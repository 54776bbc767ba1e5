// Starts runner.c's program and hands it batches. Where a 32-bit process cannot run, works() is false and why() says so.
#pragma once
#include "answer.h"
#include <span>
#include <string>
#include <vector>

namespace tabpc::oracle {

class Native {
public:
    explicit Native(std::string program);
    Native(const Native&) = delete;
    ~Native();

    bool works() const { return why_.empty(); }
    const std::string& why() const { return why_; }

    // The outcome of each snippet on the processor. One that takes the runner down has the vector DIED.
    std::vector<Answer> run(const OracleBatch& content, std::span<const OracleSnippet> snippets);

private:
    bool start();
    void stop();
    bool exchange(const OracleBatch& content, std::span<const OracleSnippet> snippets,
                  std::vector<Answer>& answers);

    std::string program_, why_;
    int to_ = -1, from_ = -1;
    long pid_ = 0;
};

} // namespace tabpc::oracle
