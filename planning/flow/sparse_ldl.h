// Solves one symmetric positive definite system again and again, with new values each time.
#pragma once

#include <utility>
#include <vector>

namespace planning {

// A = L D L^T with an elimination order and a list of operations that are worked out once. A
// network of vessels is nearly a tree, whose minimum-degree order has no fill, so that one
// factorization costs about as much as one pass over the branches; a general library spends ten
// times that on copies and permutations of so small a matrix.
class SparseLdl {
 public:
  // `couplings` are the off-diagonal places (i, j), i != j, of an n x n matrix; repeats are one
  // place.
  SparseLdl(int n, const std::vector<std::pair<int, int>>& couplings);

  int size() const { return n_; }
  // Where the value of a place is kept in the array that `factor` takes.
  int diagonal_place(int i) const { return order_[static_cast<std::size_t>(i)]; }
  int coupling_place(int i, int j) const;  // i and j as given to the constructor.
  int places() const { return static_cast<int>(n_ + rows_.size()); }

  // `values`: one per place, 0 where fill comes. False when a pivot is not positive.
  bool factor(const std::vector<double>& values);
  // In place. `factor` must have succeeded.
  void solve(std::vector<double>& x);

 private:
  struct Update {
    int target, a, b;  // values[target] -= values[a] values[b] D
  };
  int n_ = 0;
  std::vector<int> order_;       // New index of old.
  std::vector<int> column_;      // Of L, by new index: begin in rows_; one more than columns.
  std::vector<int> rows_;        // New row indices below the diagonal.
  std::vector<Update> updates_;  // Column after column.
  std::vector<int> update_begin_;
  std::vector<double> l_, work_;
};

}  // namespace planning
