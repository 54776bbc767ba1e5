// See machine_document.h.
#include "host/machine_document.h"

namespace tabpc {

namespace {

Result<> add_words(std::vector<std::string>& words, const std::string& option, const Json& value)
{
    if (const Json::Array* list = value.items()) { // repeated
        for (const Json& item : *list) {
            if (item.items()) return error("the list of \"%s\" holds a list", option.c_str());
            if (auto r = add_words(words, option, item); !r) return r;
        }
        return {};
    }
    if (const bool* on = value.boolean()) {
        if (*on) words.push_back("-" + option);
        return {};
    }
    if (value.is_null()) return {};
    if (value.members()) return error("\"%s\" cannot be an object", option.c_str());
    words.push_back("-" + option);
    words.push_back(value.string() ? *value.string() : value.text());
    return {};
}

} // namespace

Result<std::vector<std::string>> words_of_document(std::string_view text)
{
    auto document = Json::parse(text);
    if (!document) return error("the machine's description is not JSON: %s", document.error().c_str());
    if (!document->members()) return error("the machine's description must be a JSON object of options");
    std::vector<std::string> words;
    for (const auto& [option, value] : *document->members())
        if (auto r = add_words(words, option, value); !r) return Error{r.error()};
    return words;
}

} // namespace tabpc
