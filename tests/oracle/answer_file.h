// The processor's answers in a file: written by the native test, read by the wasm test, whose build has no processor to ask.
// Snippets are not in it, both sides generate them; a hash of each says whether they still are the same.
#pragma once
#include "answer.h"
#include <cstdio>
#include <string>

namespace tabpc::oracle {

u32 hash(const OracleSnippet& snippet);

class AnswerFile {
public:
    AnswerFile() = default;
    AnswerFile(const AnswerFile&) = delete;
    ~AnswerFile();

    // To be written; under another name until finish(), so that what is there is whole.
    bool create(const std::string& path, u64 seed, u64 count);
    void add(u32 hash, const Answer& answer);
    bool finish();

    // To be read. False: not there, or not such a file.
    bool open(const std::string& path);
    u64 seed() const { return head_.seed; }
    u64 count() const { return head_.count; }
    bool next(u32& hash, Answer& answer);

private:
    struct Head {
        u32 magic = 0, version = 0;
        u64 seed = 0, count = 0;
    };
    static constexpr u32 MAGIC = 0x4c43524f, VERSION = 1; // "ORCL"

    Head head_;
    std::string path_;
    std::FILE* file_ = nullptr;
    bool failed_ = false;
};

} // namespace tabpc::oracle
