// The locals of a function behind its parameters: declared as they are needed, temporaries used again when they are free.
#pragma once
#include "wasm-jit/encoder.h"
#include <vector>

namespace tabpc::jit {

class Locals {
public:
    explicit Locals(u32 parameters = 0) { reset(parameters); }
    void reset(u32 parameters)
    {
        parameters_ = parameters;
        types_.clear();
        for (auto& f : free_) f.clear();
    }

    u32 add(ValType type)
    {
        types_.push_back(type);
        return parameters_ + static_cast<u32>(types_.size()) - 1;
    }
    // A temporary, to be given back.
    u32 take(ValType type)
    {
        auto& free = free_list(type);
        if (free.empty()) return add(type);
        const u32 local = free.back();
        free.pop_back();
        return local;
    }
    void give_back(u32 local) { free_list(types_[local - parameters_]).push_back(local); }

    // The vector of declarations: runs of one type.
    void encode(Encoder& out) const;

private:
    std::vector<u32>& free_list(ValType type)
    {
        return free_[static_cast<u32>(ValType::I32) - static_cast<u32>(type)];
    }

    u32 parameters_ = 0;
    std::vector<ValType> types_;
    std::vector<u32> free_[5]; // by type: I32 is the largest number, V128 the smallest
};

} // namespace tabpc::jit
