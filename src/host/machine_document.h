// A machine as a JSON document: an object of QEMU's option words without their dash. {"m": "64M", "fda": "boot.img",
// "snapshot": true, "drive": ["file=a.img,index=1", "file=b.img,index=3"]}
#pragma once
#include "control/json.h"

namespace tabpc {

// The words of a command line that says the same.
Result<std::vector<std::string>> words_of_document(std::string_view text);

} // namespace tabpc
