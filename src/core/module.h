// Modules (QEMU's module_init and module_call_init): what a user chooses by name, a device model, a machine type, an image
// format, registers itself from its own source file. Each type of module has one list of its modules, a file of
// MODULE(name) rows beside the type, which module_call_init() turns into calls. A list names functions, so no linker can
// drop a module of a static library: one that is missing is a link error that names it. Registration order is the list's.
#pragma once
#include "base/result.h"
#include <cassert>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace tabpc {

// The registered modules of type T.
template <class T> class Modules {
public:
    using Init = void (*)(Modules& modules); // module_init_NAME
    struct Module {
        std::string_view name;
        T entry;
    };

    explicit Modules(std::initializer_list<Init> list)
    {
        for (const Init init : list) init(*this);
    }
    void add(std::string_view name, T entry)
    {
        assert(!find(name) && "two modules have this name");
        modules_.push_back({name, std::move(entry)});
    }
    const T* find(std::string_view name) const
    {
        for (const Module& m : modules_)
            if (m.name == name) return &m.entry;
        return nullptr;
    }
    auto begin() const { return modules_.begin(); }
    auto end() const { return modules_.end(); }

    // For the sentence that refuses an unknown name: "floppy, ide-cd, ide-hd".
    std::string names() const
    {
        std::string text;
        for (const Module& m : modules_) text += (text.empty() ? "" : ", ") + std::string(m.name);
        return text;
    }

private:
    std::vector<Module> modules_;
};

// The modules of type T; the first call registers them. Each type defines its own.
template <class T> const Modules<T>& module_call_init();

} // namespace tabpc
