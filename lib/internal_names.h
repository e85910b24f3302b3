/* Under GN_DOUBLE what the library's files offer one another has names of its own too, so
 * that both static libraries may be linked into one program. A test checks the list. */
#ifndef GNI_INTERNAL_NAMES_H
#define GNI_INTERNAL_NAMES_H

#define gni_add gnid_add
#define gni_alloc gnid_alloc
#define gni_any_error gnid_any_error
#define gni_backward gnid_backward
#define gni_barrier gnid_barrier
#define gni_blas_hold gnid_blas_hold
#define gni_blas_release gnid_blas_release
#define gni_check_data gnid_check_data
#define gni_check_finite gnid_check_finite
#define gni_check_labels gnid_check_labels
#define gni_check_loss gnid_check_loss
#define gni_check_matrix gnid_check_matrix
#define gni_check_optimizer gnid_check_optimizer
#define gni_check_sizes gnid_check_sizes
#define gni_check_whole gnid_check_whole
#define gni_combine gnid_combine
#define gni_complete_options gnid_complete_options
#define gni_context_create gnid_context_create
#define gni_count_correct gnid_count_correct
#define gni_default_threads gnid_default_threads
#define gni_evaluate gnid_evaluate
#define gni_explain gnid_explain
#define gni_failures gnid_failures
#define gni_forget_errors gnid_forget_errors
#define gni_forward gnid_forward
#define gni_free gnid_free
#define gni_gather gnid_gather
#define gni_gemm_nn gnid_gemm_nn
#define gni_gemm_nt gnid_gemm_nt
#define gni_gemm_tn gnid_gemm_tn
#define gni_gradient_squares gnid_gradient_squares
#define gni_has_labels gnid_has_labels
#define gni_input_close gnid_input_close
#define gni_input_of gnid_input_of
#define gni_input_open gnid_input_open
#define gni_input_read gnid_input_read
#define gni_input_read_all gnid_input_read_all
#define gni_is_raw gnid_is_raw
#define gni_kernels_avx2 gnid_kernels_avx2
#define gni_kernels_avx512 gnid_kernels_avx512
#define gni_kernels_baseline gnid_kernels_baseline
#define gni_kernels_here gnid_kernels_here
#define gni_kernels_used gnid_kernels_used
#define gni_lane_count gnid_lane_count
#define gni_lanes_of gnid_lanes_of
#define gni_max_lanes gnid_max_lanes
#define gni_multiply gnid_multiply
#define gni_nonfinite gnid_nonfinite
#define gni_note_error gnid_note_error
#define gni_output_close gnid_output_close
#define gni_output_of gnid_output_of
#define gni_output_open gnid_output_open
#define gni_output_stride gnid_output_stride
#define gni_print gnid_print
#define gni_raise_error gnid_raise_error
#define gni_random_key gnid_random_key
#define gni_run_epoch gnid_run_epoch
#define gni_run_lanes gnid_run_lanes
#define gni_scale_tile gnid_scale_tile
#define gni_share gnid_share
#define gni_share_of_blocks gnid_share_of_blocks
#define gni_shuffle gnid_shuffle
#define gni_step gnid_step
#define gni_sum_lanes gnid_sum_lanes
#define gni_take gnid_take
#define gni_team gnid_team
#define gni_team_size gnid_team_size
#define gni_tile_rows gnid_tile_rows
#define gni_unscale gnid_unscale
#define gni_wants_whole gnid_wants_whole
#define gni_write gnid_write

#endif /* GNI_INTERNAL_NAMES_H */
