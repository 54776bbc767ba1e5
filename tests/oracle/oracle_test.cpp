// The real CPU as oracle: snippets made from the opcode map run on the build machine's processor and in the interpreter, and
// must end alike: registers, flags, memory, x87 and SSE state, vector, error code and CR2. The native test also writes the
// processor's answers to a file, against which the wasm build is compared.
//
// By hand: oracle_test --runner build/native/tests/oracle/runner --count 5000000 --seed 7 [--row "ADD 01"] [--first N] [--show N]
#include "answer_file.h"
#include "box.h"
#include "comparison.h"
#ifndef __EMSCRIPTEN__
#include "native.h"
#endif
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <memory>

using namespace tabpc;
using namespace tabpc::oracle;

namespace {

struct Options {
    u64 seed = 1, count = 240'000, first = 0;
    std::string runner, row, answers;
    u32 show = 2; // examples of a row that fails
    bool by_hand = false;
} options;

// What did not agree, by the row of the last instruction.
class Report {
public:
    void add(u64 index, const Snippet& s, u32 vector, const std::string& difference)
    {
        Row& row = rows_[s.rows.empty() ? "no instruction" : row_name(*s.rows.back())];
        failed_++;
        if (++row.count <= options.show)
            row.examples += "#" + std::to_string(index) + " " + describe(s) + "  ended with vector " +
                            std::to_string(vector) + "\n" + difference + "\n";
    }
    void ran() { ran_++; }
    void skipped() { skipped_++; }
    u64 count() const { return ran_; }

    void conclude() const
    {
        for (const auto& [name, row] : rows_)
            ADD_FAILURE() << name << ": " << row.count << " differ\n" << row.examples;
        std::printf("%llu snippets ran on both, %llu differ; %llu were not run (endless, or out of bounds)\n",
                    static_cast<unsigned long long>(ran_), static_cast<unsigned long long>(failed_),
                    static_cast<unsigned long long>(skipped_));
    }

private:
    struct Row {
        u64 count = 0;
        std::string examples;
    };
    std::map<std::string, Row> rows_;
    u64 ran_ = 0, failed_ = 0, skipped_ = 0;
};

struct Item {
    u64 index;
    Snippet snippet;
    Answer interpreted;
};

// Calls f(content, items) for one batch after another: generated, and run in the interpreter.
template <class F>
void each_batch(const Generator& generator, u64 first, u64 count, F f)
{
    auto box = std::make_unique<Box>();
    auto content = std::make_unique<OracleBatch>();
    for (u64 index = first; index < first + count;) {
        const u64 batch = index / ORACLE_BATCH, end = std::min((batch + 1) * ORACLE_BATCH, first + count);
        generator.content(batch, *content);
        box->set_content(*content);
        std::vector<Item> items;
        for (; index < end; index++) {
            Snippet s = generator.snippet(index);
            Answer a = box->run(s.bytes);
            items.push_back({index, std::move(s), std::move(a)});
        }
        f(*content, items);
    }
    test::expect_engine_ran(box->cpu());
}

#ifndef __EMSCRIPTEN__
// The outcome of every item on the processor; NOT_RUN where that would not be safe.
std::vector<Answer> on_processor(Native& native, const OracleBatch& content, const std::vector<Item>& items)
{
    std::vector<OracleSnippet> to_run;
    for (const Item& i : items)
        if (safe_to_run(i.interpreted)) to_run.push_back(i.snippet.bytes);
    const std::vector<Answer> ran = native.run(content, to_run);
    std::vector<Answer> all(items.size());
    for (size_t n = 0, from = 0; n < items.size(); n++) {
        if (safe_to_run(items[n].interpreted)) all[n] = ran[from++];
        else all[n].outcome.vector = NOT_RUN;
    }
    return all;
}
#endif

void compare(Report& report, const Item& item, const Answer& native)
{
    if (native.outcome.vector == NOT_RUN) return report.skipped();
    report.ran();
    const std::string text = difference(item.snippet, native, item.interpreted);
    if (!text.empty()) report.add(item.index, item.snippet, native.outcome.vector, text);
}

} // namespace

TEST(Oracle, TheInterpreterDoesWhatTheProcessorDoes)
{
#ifdef __EMSCRIPTEN__
    AnswerFile file;
    if (!file.open(options.answers))
        GTEST_SKIP() << "no answers of a processor (" << options.answers << "): the native test writes them";
    const Generator generator(file.seed());
    Report report;
    each_batch(generator, 0, file.count(), [&](const OracleBatch&, const std::vector<Item>& items) {
        for (const Item& item : items) {
            u32 check;
            Answer native;
            ASSERT_TRUE(file.next(check, native)) << "the file of answers ends early";
            ASSERT_EQ(check, hash(item.snippet.bytes))
                << "the answers are to other snippets: run the native test again";
            compare(report, item, native);
        }
    });
#else
    Native native(options.runner);
    if (!native.works()) GTEST_SKIP() << native.why();
    const Generator generator(options.seed, options.row);
    AnswerFile file;
    const bool writes = !options.answers.empty() && !options.by_hand && !test::translation_is_forced();
    if (writes) {
        std::error_code none;
        std::filesystem::create_directories(std::filesystem::path(options.answers).parent_path(), none);
        ASSERT_TRUE(file.create(options.answers, options.seed, options.count))
            << options.answers << " cannot be written";
    }
    Report report;
    each_batch(generator, options.first, options.count,
               [&](const OracleBatch& content, const std::vector<Item>& items) {
                   const std::vector<Answer> answers = on_processor(native, content, items);
                   for (size_t n = 0; n < items.size(); n++) {
                       if (writes) file.add(hash(items[n].snippet.bytes), answers[n]);
                       compare(report, items[n], answers[n]);
                   }
               });
    if (writes) { EXPECT_TRUE(file.finish()) << options.answers << " cannot be written"; }
#endif
    report.conclude();
    if (!options.by_hand) { EXPECT_GE(report.count(), 200'000u); }
}

// A name in the list of exclusions that is in no row would exclude nothing; every other row must be generated.
TEST(Oracle, EveryRowIsGeneratedOrExcludedByName)
{
    for (const std::string& name : exclusion_names()) {
        const bool known = std::any_of(encodings().begin(), encodings().end(), [&](const Encoding& row) {
            return name == row.name || name == row_name(row);
        });
        EXPECT_TRUE(known) << "exclusions.inc names " << name << ", which is in no row";
    }
    const Generator generator(options.seed);
    std::map<const Encoding*, u32> seen;
    for (u64 index = 0; index < 4 * generator.rows(); index++)
        for (const Encoding* row : generator.snippet(index).rows) seen[row]++;
    for (const Encoding& row : encodings())
        EXPECT_TRUE(seen[&row] || exclusion(row)) << row_name(row) << " was not generated";
}

int main(int argc, char** argv)
{
    testing::InitGoogleTest(&argc, argv);
    for (int n = 1; n + 1 < argc; n += 2) {
        const std::string word = argv[n], value = argv[n + 1];
        const u64 number = std::strtoull(value.c_str(), nullptr, 0);
        if (word == "--answers") options.answers = value;
        else if (word == "--runner") options.runner = value;
        else options.by_hand = true;
        if (word == "--seed") options.seed = number;
        if (word == "--count") options.count = number;
        if (word == "--first") options.first = number;
        if (word == "--row") options.row = value;
        if (word == "--show") options.show = static_cast<u32>(number);
    }
    return RUN_ALL_TESTS();
}
