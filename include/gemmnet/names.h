/* Under GN_DOUBLE every gn_x is gnd_x to the linker, so that the library of float and that
 * of double may live in one process. gemmnet.h includes this; nobody else does. A test
 * checks that the list is complete. */
#ifndef GEMMNET_NAMES_H
#define GEMMNET_NAMES_H

#define gn_absolute_error gnd_absolute_error
#define gn_adagrad gnd_adagrad
#define gn_adam gnd_adam
#define gn_adam_defaults gnd_adam_defaults
#define gn_constant gnd_constant
#define gn_context_create gnd_context_create
#define gn_context_destroy gnd_context_destroy
#define gn_context_output gnd_context_output
#define gn_cosine gnd_cosine
#define gn_dense gnd_dense
#define gn_draw_uniform gnd_draw_uniform
#define gn_dropout gnd_dropout
#define gn_elu gnd_elu
#define gn_error_message gnd_error_message
#define gn_evaluate gnd_evaluate
#define gn_exponential gnd_exponential
#define gn_exponential_per_step gnd_exponential_per_step
#define gn_fail gnd_fail
#define gn_gelu gnd_gelu
#define gn_glorot_normal gnd_glorot_normal
#define gn_glorot_uniform gnd_glorot_uniform
#define gn_gradient gnd_gradient
#define gn_he_normal gnd_he_normal
#define gn_he_uniform gnd_he_uniform
#define gn_huber gnd_huber
#define gn_identity gnd_identity
#define gn_idx_free gnd_idx_free
#define gn_idx_labels gnd_idx_labels
#define gn_idx_parse gnd_idx_parse
#define gn_idx_read gnd_idx_read
#define gn_leaky_relu gnd_leaky_relu
#define gn_lecun_normal gnd_lecun_normal
#define gn_lecun_uniform gnd_lecun_uniform
#define gn_network_bias gnd_network_bias
#define gn_network_copy gnd_network_copy
#define gn_network_create gnd_network_create
#define gn_network_describe gnd_network_describe
#define gn_network_destroy gnd_network_destroy
#define gn_network_input gnd_network_input
#define gn_network_layer gnd_network_layer
#define gn_network_layers gnd_network_layers
#define gn_network_output gnd_network_output
#define gn_network_param_count gnd_network_param_count
#define gn_network_params gnd_network_params
#define gn_network_weights gnd_network_weights
#define gn_predict gnd_predict
#define gn_relu gnd_relu
#define gn_rmsprop gnd_rmsprop
#define gn_rprop_defaults gnd_rprop_defaults
#define gn_same_activation gnd_same_activation
#define gn_schedule_rate gnd_schedule_rate
#define gn_sgd gnd_sgd
#define gn_sigmoid gnd_sigmoid
#define gn_sigmoid_cross_entropy gnd_sigmoid_cross_entropy
#define gn_silu gnd_silu
#define gn_softmax gnd_softmax
#define gn_softmax_cross_entropy gnd_softmax_cross_entropy
#define gn_softplus gnd_softplus
#define gn_squared_error gnd_squared_error
#define gn_staircase gnd_staircase
#define gn_status_text gnd_status_text
#define gn_tanh gnd_tanh
#define gn_trainer_context gnd_trainer_context
#define gn_trainer_create gnd_trainer_create
#define gn_trainer_destroy gnd_trainer_destroy
#define gn_trainer_fit gnd_trainer_fit
#define gn_trainer_history gnd_trainer_history
#define gn_trainer_plan gnd_trainer_plan
#define gn_trainer_step gnd_trainer_step
#define gn_version gnd_version
#define gn_warmup gnd_warmup
#define gn_zeros gnd_zeros

#endif /* GEMMNET_NAMES_H */
