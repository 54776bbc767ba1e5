// See answer_file.h.
#include "answer_file.h"

namespace tabpc::oracle {

// FNV-1a.
u32 hash(const OracleSnippet& snippet)
{
    u32 h = 0x811c9dc5;
    const auto* p = reinterpret_cast<const u8*>(&snippet);
    for (size_t n = 0; n < sizeof snippet; n++) h = (h ^ p[n]) * 0x01000193;
    return h;
}

AnswerFile::~AnswerFile()
{
    if (file_) std::fclose(file_);
}

bool AnswerFile::create(const std::string& path, u64 seed, u64 count)
{
    path_ = path;
    file_ = std::fopen((path + ".part").c_str(), "wb");
    head_ = {MAGIC, VERSION, seed, count};
    return file_ && std::fwrite(&head_, sizeof head_, 1, file_) == 1;
}

void AnswerFile::add(u32 hash, const Answer& a)
{
    failed_ |= std::fwrite(&hash, sizeof hash, 1, file_) != 1 ||
               std::fwrite(&a.outcome, sizeof a.outcome, 1, file_) != 1 ||
               std::fwrite(a.changes.data(), 1, a.changes.size(), file_) != a.changes.size();
}

bool AnswerFile::finish()
{
    failed_ |= std::fclose(file_) != 0;
    file_ = nullptr;
    return !failed_ && std::rename((path_ + ".part").c_str(), path_.c_str()) == 0;
}

bool AnswerFile::open(const std::string& path)
{
    file_ = std::fopen(path.c_str(), "rb");
    return file_ && std::fread(&head_, sizeof head_, 1, file_) == 1 && head_.magic == MAGIC &&
           head_.version == VERSION;
}

bool AnswerFile::next(u32& hash, Answer& a)
{
    if (std::fread(&hash, sizeof hash, 1, file_) != 1 ||
        std::fread(&a.outcome, sizeof a.outcome, 1, file_) != 1)
        return false;
    if (a.outcome.changes > ORACLE_MAX_CHANGES) return false;
    a.changes.resize(a.outcome.changes);
    return a.changes.empty() || std::fread(a.changes.data(), a.changes.size(), 1, file_) == 1;
}

} // namespace tabpc::oracle
